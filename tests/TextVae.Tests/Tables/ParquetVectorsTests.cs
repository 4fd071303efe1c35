using CsCheck;
using Parquet.Serialization;
using TextVae.Tests.Data;

namespace TextVae.Tests.Tables;

public sealed class ParquetVectorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Vectors_of_many_row_groups_are_read_with_their_texts()
    {
        var many = Enumerable.Range(0, 9000).Select(number => number % 1000 == 999 ? Latent.Vectors.Misfit($"{number}", 2) : Latent.Vectors.Text($"{number}", number, -number)).ToArray();
        VectorFile.Write(_folder["x.parquet"], many, 2);
        Assert.Equal(many.Select((text, index) => new VectorRow(index, text.Fits ? text.Mean : null, text.Text)), VectorFile.Read(_folder["x.parquet"]));
        VectorFile.Write(_folder["x.parquet"], [], 2);
        Assert.Empty(VectorFile.Read(_folder["x.parquet"]));
    }

    [Fact]
    public async Task Lists_of_float64_with_or_without_texts_are_read_however_they_are_made()
    {
        Assert.Equal([new(0, [1, 0.1f], null), new(1, null, null), new(2, null, null), new(3, [3, 4], null)],
            await Read(new Doubles { mean = [1, 0.1] }, new Doubles { mean = null }, new Doubles { mean = [] }, new Doubles { mean = [3, 4] }));
        Assert.Equal([new(0, [1, 2], "a"), new(1, null, null)],
            await Read(new Nullables { mean = [1, 2], text = "a" }, new Nullables { mean = [float.NaN, float.NaN] }));
    }

    [Fact]
    public async Task What_is_no_vector_is_refused_with_its_row()
    {
        await Refuse("row 3: found 1 numbers, expected 2 as in row 2", new Doubles(), new Doubles { mean = [1, 2] }, new Doubles { mean = [1] });
        await Refuse("row 2: found Infinity as number 2", new Doubles { mean = [1, 2] }, new Doubles { mean = [1, 1e300] });
        await Refuse("row 2: found null in 'mean'", new Nullables { mean = [1, 2] }, new Nullables { mean = [1, null] });
        await Refuse("row 2: found null in 'mean'", new Nullables { mean = [1, 2] }, new Nullables { mean = [null] });
        await Refuse("found another type in column 'mean', expected lists of float32 or float64", new Texts { mean = ["a"] });
        await Refuse("found another type in column 'mean'", new Nested { mean = [[1]] });
        await Refuse("found another type in column 'mean'", new Single { mean = 1 });
        await Refuse("found columns vector, expected one called 'mean'", new Other { vector = [1] });
    }

    [Fact]
    public void A_damaged_or_truncated_file_is_refused()
    {
        VectorFile.Write(_folder["x.parquet"], Enumerable.Range(0, 200).Select(number => Latent.Vectors.Text($"text {number}", number, 1)), 2);
        var whole = File.ReadAllBytes(_folder["x.parquet"]);
        Refuse("");
        Refuse("just text, and much of it");
        Gen.Int[0, whole.Length - 1].Sample(length => Refuse(whole[..length]), iter: 60, threads: 1);
        var footer = whole.Length - 8 - BitConverter.ToInt32(whole, whole.Length - 8); // damaged in there, it may keep Parquet.Net busy for ever
        Gen.Select(Gen.Int[0, footer - 1], Gen.Byte).Sample((place, value) =>
        {
            var damaged = (byte[])whole.Clone();
            damaged[place] = value;
            try
            {
                _ = VectorFile.Read(_folder.Write("bad.parquet", damaged)).Count(); // no sum guards the numbers
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith(_folder["bad.parquet"], e.Message, StringComparison.Ordinal);
            }
        }, iter: 200, threads: 1);
        Refusal.Is(InputKind.Data, () => _ = VectorFile.Read(_folder.Write("x.parquet.gz", TemporaryFolder.Gzip("text"))).Count(), "x.parquet.gz", "compressed");

        void Refuse(object contents) => Refusal.Is(
            InputKind.Data,
            () => _ = VectorFile.Read(contents is byte[] bytes ? _folder.Write("bad.parquet", bytes) : _folder.Write("bad.parquet", (string)contents)).Count(),
            _folder["bad.parquet"], "found damaged or truncated data", ".parquet");
    }

    private async Task<List<VectorRow>> Read<T>(params T[] rows)
        where T : new()
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(rows, stream);
        return [.. VectorFile.Read(_folder.Write("y.parquet", stream.ToArray()))];
    }

    private async Task Refuse<T>(string reason, params T[] rows)
        where T : new()
    {
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => Read(rows));
        Assert.StartsWith($"{_folder["y.parquet"]}: {reason}", refused.Message, StringComparison.Ordinal);
    }

#pragma warning disable IDE1006 // columns' names
    private sealed class Doubles
    {
        public List<double>? mean { get; set; }
    }

    private sealed class Nullables
    {
        public List<float?>? mean { get; set; }

        public string? text { get; set; }
    }

    private sealed class Texts
    {
        public List<string>? mean { get; set; }
    }

    private sealed class Nested
    {
        public List<List<float>>? mean { get; set; }
    }

    private sealed class Single
    {
        public float mean { get; set; }
    }

    private sealed class Other
    {
        public List<float>? vector { get; set; }
    }
#pragma warning restore IDE1006
}
