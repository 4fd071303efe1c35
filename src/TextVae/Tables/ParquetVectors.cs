using System.Numerics;
using Parquet;
using Parquet.Data;
using Parquet.Schema;
using TextVae.Storage;

namespace TextVae.Tables;

/// <summary>
/// Apache Parquet: the columns <c>text</c>, <c>mean</c> and <c>standard_deviation</c>, the last two lists of float32, null
/// for a text that does not fit the model. Read are <c>mean</c>, of float32 or float64, and, where there is one, <c>text</c>.
/// </summary>
/// <remarks>
/// Parquet has lists of numbers all in one row, with levels that say where a list begins and which is null (Dremel, Melnik et
/// al. 2010).
/// </remarks>
internal sealed class ParquetVectors : IVectorFormat
{
    private const int RowGroup = 4096; // texts: some megabytes
    private const string Text = "text";
    private const string Mean = "mean";
    private const string Deviation = "standard_deviation";

    public void Write(string path, IEnumerable<EncodedText> texts, int latent) =>
        AtomicFile.Write(path, stream => Write(stream, texts), InputKind.Data);

    /// <summary>Writes a file into a stream.</summary>
    public static void Write(FileStream stream, IEnumerable<EncodedText> texts) => WriteAsync(stream, texts).GetAwaiter().GetResult();

    /// <summary>Whether a Parquet file has the column of vectors.</summary>
    public static bool HaveVectors(string path)
    {
        using var file = FileBytes.OpenFile(path);
        return ParquetFile.Open(file, path).Schema.Fields.Any(field => field.Name == Mean);
    }

    /// <summary>What <see cref="Write(FileStream, IEnumerable{EncodedText})"/> wrote, the standard deviations included.</summary>
    /// <exception cref="InvalidInputException">It wrote no such file.</exception>
    public static IEnumerable<EncodedText> ReadWhole(string path)
    {
        using var file = FileBytes.OpenFile(path);
        var reader = ParquetFile.Open(file, path);
        var (mean, deviation) = (Numbers(reader.Schema, path), Numbers(reader.Schema, path, Deviation));
        var text = ParquetFile.Strings(reader.Schema).Find(field => field.Name == Text)
            ?? throw new InvalidInputException(InputKind.Data, $"{path}: found no column '{Text}'; expected one");
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            var group = ParquetFile.Guard(path, () => Task.FromResult(reader.OpenRowGroupReader(number)));
            var texts = ParquetFile.Guard(path, () => ParquetFile.Cells(group, text));
            var (means, deviations) = (ParquetFile.Guard(path, () => Vectors(group, mean, path, 1)), ParquetFile.Guard(path, () => Vectors(group, deviation, path, 1)));
            foreach (var (index, cell) in texts.Index())
            {
                yield return new EncodedText(
                    ParquetFile.Decode(cell ?? [], path, index + 1), means[index] ?? [], deviations[index] ?? [], 0, means[index] is null ? "no vectors" : null);
            }
        }
    }

    private static async Task WriteAsync(FileStream stream, IEnumerable<EncodedText> texts)
    {
        var schema = new ParquetSchema(new DataField<string>(Text), Vector(Mean), Vector(Deviation));
        var (text, mean, deviation) = (schema.DataFields[0], schema.DataFields[1], schema.DataFields[2]);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        foreach (var rows in texts.Chunk(RowGroup))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, Array.ConvertAll(rows, row => row.Text));
            await WriteVectorsAsync(group, mean, rows, row => row.Mean);
            await WriteVectorsAsync(group, deviation, rows, row => row.StandardDeviation);
        }
    }

    private static ListField Vector(string name) => new(name, new DataField<float>("element"));

    private static async Task WriteVectorsAsync(ParquetRowGroupWriter group, DataField field, EncodedText[] rows, Func<EncodedText, float[]> vector)
    {
        var values = rows.Where(row => row.Fits).SelectMany(vector).ToArray();
        var defined = rows.SelectMany(row => row.Fits ? Enumerable.Repeat(field.MaxDefinitionLevel, vector(row).Length) : [0]).ToArray();
        var repeated = rows.SelectMany(row => row.Fits ? vector(row).Select((_, place) => place == 0 ? 0 : field.MaxRepetitionLevel) : [0]).ToArray();
        await group.WriteAllPartsAsync<float>(field, values, defined, repeated, CancellationToken.None);
    }

    public IEnumerable<VectorRow> Read(Func<Stream> open, string name)
    {
        using var stream = open();
        var reader = ParquetFile.Open(stream, name);
        var (mean, text) = (Numbers(reader.Schema, name), ParquetFile.Strings(reader.Schema).Find(field => field.Name == Text));
        var (rows, first) = (new VectorRows(name, "row"), 1L);
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            var group = ParquetFile.Guard(name, () => Task.FromResult(reader.OpenRowGroupReader(number)));
            var vectors = ParquetFile.Guard(name, () => Vectors(group, mean, name, first));
            var texts = text is null ? null : ParquetFile.Guard(name, () => ParquetFile.Cells(group, text));
            foreach (var (index, vector) in vectors.Index())
            {
                yield return rows.Next(first + index, vector, texts?[index] is { } cell ? ParquetFile.Decode(cell, name, first + index) : null);
            }
            first += vectors.Count;
        }
    }

    private static DataField Numbers(ParquetSchema schema, string name, string vector = Mean)
    {
        var found = schema.DataFields.Where(field => field.Path.FirstPart == vector).ToList();
        return found is [{ MaxRepetitionLevel: 1 } mean] && (mean.ClrType == typeof(float) || mean.ClrType == typeof(double))
            ? mean
            : throw new InvalidInputException(InputKind.Data, found.Count == 0
                ? $"{name}: found columns {string.Join(", ", schema.Fields.Take(20).Select(field => field.Name))}, expected one called '{vector}'"
                : $"{name}: found another type in column '{vector}', expected lists of float32 or float64");
    }

    private static async Task<IReadOnlyList<float[]?>> Vectors(ParquetRowGroupReader group, DataField field, string name, long firstRow)
    {
        using var column = await group.ReadRawColumnDataBaseAsync(field).ConfigureAwait(false);
        var vectors = column is RawColumnData<float> floats
            ? Split(field, floats.Values, column.DefinitionLevels, column.RepetitionLevels, name, firstRow)
            : Split(field, ((RawColumnData<double>)column).Values, column.DefinitionLevels, column.RepetitionLevels, name, firstRow);
        return vectors.Count == group.RowCount ? vectors : throw new InvalidDataException($"{group.RowCount} rows and {vectors.Count} lists");
    }

    /// <summary>The lists; null also where one is empty.</summary>
    private static List<float[]?> Split<T>(DataField field, ReadOnlySpan<T> values, ReadOnlySpan<int> defined, ReadOnlySpan<int> repeated, string name, long firstRow)
        where T : struct, INumber<T>
    {
        var (vectors, taken) = (new List<float[]?>(), 0);
        for (int start = 0, end; start < defined.Length; start = end)
        {
            for (end = start + 1; end < defined.Length && repeated[end] > 0;)
            {
                end++;
            }
            var levels = defined[start..end];
            if (field.IsNullable && levels.Contains(field.MaxDefinitionLevel - 1))
            {
                throw new InvalidInputException(InputKind.Data, $"{name}: row {firstRow + vectors.Count}: found null in '{Mean}', expected numbers");
            }
            var count = levels.Count(field.MaxDefinitionLevel);
            vectors.Add(count == 0 ? null : Array.ConvertAll(values.Slice(taken, count).ToArray(), float.CreateTruncating));
            taken += count;
        }
        return vectors;
    }
}
