using System.IO.Compression;
using System.Text;

namespace TextVae.Tests;

/// <summary>A folder for one test, which is also the cache while it lives.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string? _cache = Environment.GetEnvironmentVariable("TEXTVAE_CACHE");

    public TemporaryFolder() => Environment.SetEnvironmentVariable("TEXTVAE_CACHE", Cache);

    public string Path { get; } = Directory.CreateTempSubdirectory("textvae-test-").FullName;

    public string Cache => this["cache"];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of what lies in it.</summary>
    public string[] Names => [.. Directory.GetFileSystemEntries(Path).Select(p => System.IO.Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A pipe with a name, to which nobody writes.</summary>
    public string WritePipe(string name)
    {
        using var process = System.Diagnostics.Process.Start("mkfifo", [this[name]]);
        process.WaitForExit();
        return this[name];
    }

    public static byte[] Gzip(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }
        return stream.ToArray();
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TEXTVAE_CACHE", _cache);
        Directory.Delete(Path, recursive: true);
    }
}
