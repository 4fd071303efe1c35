namespace TextVae.Cli.Tests;

/// <summary>A folder for one test: the programs that it runs work there and keep their cache there.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("textvae-cli-").FullName;

    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    public string Write(string name, string contents)
    {
        File.WriteAllText(this[name], contents);
        return name;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
