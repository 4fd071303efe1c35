namespace TextVae.Cli.Tests;

/// <summary>Processes that use one cache at once.</summary>
public sealed class SharedCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = TinyCorpus.Prepare();

    public SharedCacheTests() => _folder.Write("others.txt", string.Join('\n', TinyCorpus.Sentences.Skip(20)));

    public void Dispose() => _folder.Dispose();

    private DirectoryInfo Cache => new(_folder["cache"]);

    [Fact]
    public void Trainings_of_the_same_texts_at_once_find_or_make_the_same_files()
    {
        AtOnce("1GB", "animals.txt", "animals.txt", "animals.txt");
        Assert.Single(Hashes(0, 1, 2).Distinct());
        Assert.Equal(4, Cache.GetFiles().Length);
    }

    [Fact]
    public void Above_its_limit_the_cache_takes_nothing_from_a_training_under_way()
    {
        Train("animals.txt", 7);
        Train("others.txt", 8);
        Cache.Delete(recursive: true);
        AtOnce("1kB", "animals.txt", "others.txt", "animals.txt", "others.txt");
        Assert.Equal(Hashes(7, 8, 7, 8), Hashes(0, 1, 2, 3));
    }

    [Fact]
    public void What_a_killed_training_was_writing_into_the_cache_goes_with_the_next_file()
    {
        _folder.Write("many.txt", string.Concat(Enumerable.Range(0, 200_000).Select(number => $"text {number}\n")));
        using (var first = Start("many.txt", 0))
        {
            first.Await(() => Cache.Exists && Cache.GetFiles(".tmp-*.tokens*").Length > 0);
            first.Kill();
        }
        var left = Cache.GetFiles(".tmp-*");
        Assert.NotEmpty(left);
        Train("animals.txt", 1);
        Assert.All(left, file => Assert.True(File.Exists(file.FullName), "it may still be somebody's"));
        Array.ForEach(left, file => File.SetLastWriteTimeUtc(file.FullName, DateTime.UtcNow.AddMinutes(-2)));
        Train("others.txt", 2);
        Assert.Empty(Cache.GetFiles(".tmp-*"));
    }

    [Fact]
    public void The_cache_can_be_listed_and_cleared_while_a_training_uses_it()
    {
        using var training = Start("animals.txt", 0, steps: 100_000_000);
        var run = new RunFiles(_folder["run0"]);
        training.Await(() => run.LastStep > 0);
        Assert.Equal(4, TextVaeProcess.Run(_folder, "cache", "list", "--json").Succeeded().Length);
        Assert.Contains("deleted 1 files", TextVaeProcess.Run(_folder, "cache", "clear").Error, StringComparison.Ordinal); // the vocabulary
        var then = run.LastStep;
        training.Await(() => run.LastStep > then + 5); // it has read further texts
        Assert.False(training.HasEnded);
        training.Kill();
        Assert.Contains("deleted 3 files", TextVaeProcess.Run(_folder, "cache", "clear").Error, StringComparison.Ordinal);
    }

    /// <summary>Trains on each of some texts, all at once, into <c>run0</c> and so on.</summary>
    private void AtOnce(string limit, params string[] texts)
    {
        var processes = texts.Select((name, number) => Start(name, number, limit: limit)).ToList();
        var ended = processes.ConvertAll(process => process.Wait());
        processes.ForEach(process => process.Dispose());
        Assert.All(ended, one => one.Succeeded());
    }

    private void Train(string texts, int number, int steps = 6)
    {
        using var process = Start(texts, number, steps);
        process.Wait().Succeeded();
    }

    private TextVaeProcess Start(string texts, int number, int steps = 6, string limit = "1GB") =>
        TextVaeProcess.StartWith($"TEXTVAE_CACHE_LIMIT={limit}", _folder, "train", "tiny.json", "--data", texts, "--out", $"run{number}", "--steps", $"{steps}");

    private string[] Hashes(params int[] runs) => [.. runs.Select(number => string.Join(' ', new RunFiles(_folder[$"run{number}"]).Hashes))];
}
