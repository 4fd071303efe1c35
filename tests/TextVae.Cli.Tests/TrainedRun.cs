namespace TextVae.Cli.Tests;

/// <summary>
/// One run of 40 steps on <c>animals.txt</c>, never interrupted, that all tests share; <c>--threads</c> is 1. Tests
/// that change something copy it.
/// </summary>
public sealed class TrainedRun : IDisposable
{
    private readonly Lazy<(TemporaryFolder Folder, Ended Training)> _run = new(() =>
    {
        var folder = TinyCorpus.Prepare();
        return (folder, TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run"));
    });

    internal TemporaryFolder Folder => _run.Value.Folder;

    internal Ended Training => _run.Value.Training;

    internal RunFiles Files => new(Folder["run"]);

    /// <summary>A folder with the texts, the recipe and a copy of the run in <c>run</c>.</summary>
    internal TemporaryFolder Copy()
    {
        Training.Succeeded();
        var copy = TinyCorpus.Prepare();
        foreach (var file in Directory.GetFiles(Files.Path, "*", SearchOption.AllDirectories))
        {
            var target = copy["run", Path.GetRelativePath(Files.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }

    public void Dispose()
    {
        if (_run.IsValueCreated)
        {
            Folder.Dispose();
        }
    }
}
