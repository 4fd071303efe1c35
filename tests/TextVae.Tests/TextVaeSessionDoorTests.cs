using System.Text;
using TextVae.Runs;

namespace TextVae.Tests;

/// <summary>One rule for texts that do not fit, vectors that become texts again, models in one file, evaluation.</summary>
public sealed class TextVaeSessionDoorTests : IDisposable
{
    private const string TooLong = "a text of nineteen.";

    private readonly TemporaryFolder _folder = new();
    private readonly TextVaeSession _session;

    public TextVaeSessionDoorTests()
    {
        _session = TinySession.Expressive(_folder);
        using var _ = TorchSharp.torch.no_grad();
        foreach (var (name, parameter) in _session.Saved.Model.EncoderParameters)
        {
            parameter.mul_(name.Contains("posterior", StringComparison.Ordinal) ? 300 : 1); // texts lie far apart, as after a long training
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> VectorExtensions => [".npy", ".parquet", ".jsonl", ".tsv"];

    [Theory]
    [MemberData(nameof(VectorExtensions))]
    public void Texts_encoded_into_a_file_and_decoded_from_it_are_the_reconstructions(string extension)
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(number => $"text {number * 7}")];
        var path = _folder["vectors" + extension];
        VectorFile.Write(path, _session.Encode(texts), _session.LatentSize);
        var decoded = _session.Decode(VectorFile.Read(path).Select(row => (ReadOnlyMemory<float>)row.Vector)).Select(vector => vector.Text!.Text).ToList();
        Assert.Equal(_session.Reconstruct(texts).Select(pair => pair.Reconstructed), decoded);
        Assert.True(decoded.Distinct().Count() > 1);
    }

    [Fact]
    public void A_text_that_does_not_fit_is_an_exception_alone_and_a_fault_among_many()
    {
        string[] texts = ["text 1", TooLong, "text 2"];
        Assert.Equal([true, false, true], _session.Encode(texts).Select(text => text.Fault is null));
        Assert.Equal([true, false, true], _session.Reconstruct(texts).Select(text => text.Fault is null));
        Assert.Equal([null, 2, null], _session.Score(texts).Select(text => text.Pieces)); // it has a cost all the same
        var expected = _session.Reconstruct(["text 1", "text 2"]).Select(text => text.Reconstructed);
        Assert.Equal(expected, _session.Reconstruct(texts).Select(text => text.Reconstructed).OfType<string>());
        Action[] alone = [() => _session.Encode(TooLong), () => _session.Reconstruct(TooLong)];
        Assert.All(alone, act => Assert.Equal(InputKind.Data, Assert.Throws<InvalidInputException>(act).Kind));
    }

    [Fact]
    public void A_text_that_is_null_is_an_argument_null_everywhere()
    {
        Action[] acts =
        [
            () => _session.Encode((string)null!), () => _session.Reconstruct((string)null!), () => _session.Score((string)null!),
            () => _ = _session.Encode(["text 1", null!]).ToList(), () => _ = _session.Score([null!]).ToList(), () => _ = _session.Reconstruct([null!]).ToList(),
            () => _session.Interpolate("text 1", null!, 3), () => _session.Analogy(null!, "text 1", "text 2"), () => TextVaeSession.Load((string)null!),
        ];
        Assert.All(acts, act => Assert.ThrowsAny<ArgumentNullException>(act));
    }

    [Fact]
    public void A_vector_that_cannot_be_keeps_its_place_among_many_and_is_refused_alone()
    {
        ReadOnlyMemory<float>[] vectors = [new float[] { 1, 2, 3 }, new float[] { 1, 2 }, new float[] { 1, float.NaN, 3 }, new float[] { 3, 2, 1 }];
        var options = new SamplingOptions { Temperature = 1 };
        var decoded = _session.Decode(vectors, options).ToList();
        Assert.Equal([true, false, false, true], decoded.Select(vector => vector.Fault is null));
        Assert.Contains("found 2 numbers; expected 3", decoded[1].Fault);
        Assert.Contains("found NaN", decoded[2].Fault);
        vectors[1] = vectors[2] = new float[3];
        Assert.Equal(decoded[3].Text, _session.Decode(vectors, options).Last().Text);
        Assert.Throws<InvalidInputException>(() => _session.Decode(new float[2]));
    }

    [Fact]
    public async Task What_streams_asynchronously_is_what_streams()
    {
        string[] texts = ["text 1", "text 22", "text 333"];
        Assert.Equal(_session.Sample(20), await _session.SampleAsync(20).ToListAsync());
        Assert.Equal(_session.Reconstruct(texts), await _session.ReconstructAsync(texts.ToAsyncEnumerable()).ToListAsync());
        Assert.Equal(_session.Encode(texts), await _session.EncodeAsync(texts.ToAsyncEnumerable()).ToListAsync());
        Assert.Equal(_session.Score(texts), await _session.ScoreAsync(texts.ToAsyncEnumerable()).ToListAsync());
        Assert.Equal(_session.Interpolate("text 1", "text 2", 4), await _session.InterpolateAsync("text 1", "text 2", 4));
        Assert.Equal(_session.Neighbors("text 1", texts, 2), await _session.NeighborsAsync("text 1", _session.EncodeAsync(texts.ToAsyncEnumerable()), 2));
        Assert.Equal(_session.Centroid(texts), await _session.CentroidAsync(_session.EncodeAsync(texts.ToAsyncEnumerable())));
        var selection = new SelectionOptions { Unique = true };
        var options = new SamplingOptions { Temperature = 1 };
        Assert.Equal(_session.Select(5, selection, options), await (await _session.SelectAsync(5, selection, options)).ReadAsync().ToListAsync());
    }

    [Fact]
    public async Task Others_are_served_between_two_batches_of_an_evaluation()
    {
        using var served = new ManualResetEventSlim();
        var progress = new Told<EvaluationProgress>(_ => Assert.True(served.Wait(TimeSpan.FromMinutes(1)), "nobody else is served"));
        var evaluation = Task.Run(() => _session.EvaluateAsync(Enumerable.Repeat("text 1", 1000).ToAsyncEnumerable(), progress: progress));
        Assert.True(SpinWait.SpinUntil(() => progress.Reports.Count > 0 || evaluation.IsCompleted, TimeSpan.FromMinutes(1)));
        Assert.Single(_session.Sample(1));
        served.Set();
        Assert.Equal(1000, (await evaluation).Result.Texts);
    }

    [Fact]
    public async Task A_cancelled_evaluation_ends_at_its_next_batch()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Told<EvaluationProgress>(_ => stop.Cancel());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _session.EvaluateAsync(Enumerable.Repeat("text 1", 1000).ToAsyncEnumerable(), progress: progress, cancellationToken: stop.Token));
        Assert.Single(progress.Reports);
    }

    [Fact]
    public void A_cancelled_token_ends_what_streams()
    {
        using var stop = new CancellationTokenSource();
        var seen = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var _ in _session.Sample(int.MaxValue, cancellationToken: stop.Token))
            {
                seen++;
                stop.Cancel();
            }
        });
        Assert.InRange(seen, 1, 1000);
    }

    [Fact]
    public void A_model_in_one_file_writes_the_same_texts_as_its_run_folder()
    {
        var path = _folder["model.textvae"];
        ModelArchive.Pack(_folder["run"], path);
        using var folder = TextVaeSession.Load(_folder["run"]);
        using var file = TextVaeSession.Load(path);
        using var stream = File.OpenRead(path);
        using var embedded = TextVaeSession.Load(stream, "embedded");
        Assert.Equal(("run", "model", "embedded"), (folder.Name, file.Name, embedded.Name));
        var expected = folder.Sample(12, new SamplingOptions { Temperature = 1 }).ToList();
        Assert.Equal(expected, file.Sample(12, new SamplingOptions { Temperature = 1 }));
        Assert.Equal(expected, embedded.Sample(12, new SamplingOptions { Temperature = 1 }));
        Assert.Contains("without its run folder", Assert.Throws<InvalidInputException>(() => embedded.Evaluate()).Message);
    }

    [Fact]
    public void What_is_no_archive_of_a_model_is_refused()
    {
        File.WriteAllText(_folder["x.textvae"], "no zip");
        Assert.Contains("x: found no readable archive", Assert.Throws<InvalidInputException>(() => TextVaeSession.Load(_folder["x.textvae"])).Message);
        using (var zip = System.IO.Compression.ZipFile.Open(_folder["y.textvae"], System.IO.Compression.ZipArchiveMode.Create))
        {
            using var member = zip.CreateEntry("../model.json").Open();
            member.Write(Encoding.UTF8.GetBytes("{}"));
        }
        Assert.Contains("found no model.json", Assert.Throws<InvalidInputException>(() => TextVaeSession.Load(_folder["y.textvae"])).Message);
    }

    [Theory]
    [InlineData("model.json", 3 << 20, "/model.json: found 3,145,728 bytes")]
    [InlineData("vocabulary.json", 32 << 20, "/vocabulary.json: found 33,554,432 bytes")]
    [InlineData("model.safetensors", 8 << 20, "/model.safetensors: found 8,388,608 bytes")]
    public void What_an_archive_would_unpack_to_is_bounded_before_it_is_on_the_disk(string swollen, int bytes, string expected)
    {
        var path = _folder["swollen.textvae"];
        ModelArchive.Pack(_folder["run"], path);
        using (var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update))
        {
            zip.GetEntry(swollen)!.Delete();
            using var member = zip.CreateEntry(swollen).Open();
            member.Write(new byte[bytes]);
        }
        var error = InFolder(_folder.Write("tmp/notes", "")[..^"/notes".Length], () => Assert.Throws<InvalidInputException>(() => TextVaeSession.Load(path)));
        Assert.Equal(InputKind.RunFolder, error.Kind);
        Assert.StartsWith($"swollen{expected}, packed into ", error.Message, StringComparison.Ordinal);
        Assert.Equal(["notes"], Directory.GetFileSystemEntries(_folder["tmp"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_fault_in_an_archive_is_named_by_the_archive()
    {
        var path = _folder["edited.textvae"];
        ModelArchive.Pack(_folder["run"], path);
        using (var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update))
        {
            zip.GetEntry("vocabulary.json")!.Delete();
            using var member = zip.CreateEntry("vocabulary.json").Open();
            member.Write("[]"u8);
        }
        Assert.StartsWith("edited/vocabulary.json: found 0 tokens", Assert.Throws<InvalidInputException>(() => TextVaeSession.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Has the system's temporary files in a folder, where it can be seen whether any is left.</summary>
    private static T InFolder<T>(string temporary, Func<T> work)
    {
        var before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", temporary);
        try
        {
            return work();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    [Fact]
    public void Evaluation_on_given_texts_is_that_on_the_split_they_make()
    {
        new RunFolder(_folder["run"]).WriteWeights(_session.Saved.Model);
        using var corpus = Tiny.Corpus(_folder.Path);
        var validation = TextVae.Data.DatasetTexts.Read(corpus.Validation, corpus.Tokenizer).ToList();
        var given = _session.Evaluate([.. validation, TooLong], new EvaluationOptions { ImportanceSamples = 3 });
        using var dataset = new TextVae.Data.RowDataset(new TextVae.Data.EvaluationBatches(corpus.Validation, validation.Count).Read(0).Rows);
        var split = _session.Evaluate(dataset, new EvaluationOptions { ImportanceSamples = 3 });
        Assert.Equal(validation.Count, given.Result.Texts);
        Assert.Equal(split.Result, given.Result);
        Assert.Equal(split.ImportanceWeighted, given.ImportanceWeighted);
        Assert.Equal(2, _session.Evaluate(validation, new EvaluationOptions { Limit = 2 }).Result.Texts);
    }

    [Fact]
    public void Selected_texts_are_unique_and_the_report_counts_them()
    {
        var selected = _session.Select(15, new SelectionOptions { Unique = true, Distance = 0 }, new SamplingOptions { Temperature = 1 });
        var texts = selected.Select(text => text.Text).ToList();
        Assert.Equal(15, texts.Distinct().Count());
        Assert.Equal(15, selected.Report.Counts.Accepted);
        Assert.True(selected.Report.Counts.Drawn >= 15);
        Assert.Throws<InvalidInputException>(() => _session.Select(1, new SelectionOptions { Distance = 0.7 }));
    }

    [Theory]
    [InlineData("gpu", 0)]
    [InlineData("cpu", -1)]
    public void Options_that_make_no_sense_are_refused_before_anything_is_loaded(string device, int threads)
    {
        var error = Assert.Throws<InvalidInputException>(() => TextVaeSession.Load(_folder["run"], new SessionOptions { Device = device, Threads = threads }));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(InputKind.Usage, error.Kind);
    }
}
