using TextVae.Runs;

namespace TextVae.Cli.Benchmarks;

/// <summary>A run folder that is gone afterwards.</summary>
internal sealed class TemporaryRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("textvae-bench-");

    public TemporaryRun() => Run = new RunFolder(_folder.FullName);

    public RunFolder Run { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
