using System.Security.Cryptography;
using System.Text.Json;

namespace TextVae.Cli.Tests;

/// <summary>What lies in a run folder.</summary>
internal sealed record RunFiles(string Path)
{
    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    /// <summary>The checkpoints' names, oldest first; half-written ones are none.</summary>
    public string[] Checkpoints => !Directory.Exists(this["checkpoints"]) ? [] :
        [.. Directory.GetDirectories(this["checkpoints"]).Select(path => System.IO.Path.GetFileName(path)).Where(name => !IsTemporary(name)).Order(StringComparer.Ordinal)];

    /// <summary>Whether something is being saved, or was when the program was killed.</summary>
    public bool IsSaving => Entries(Path).Concat(Entries(this["checkpoints"])).Any(IsTemporary);

    /// <summary>The lines of metrics.jsonl, each of which must be JSON.</summary>
    public JsonElement[] Metrics => [.. File.ReadAllLines(this["metrics.jsonl"]).Select(line => JsonElement.Parse(line))];

    public JsonElement[] MetricsOf(string kind) => [.. Metrics.Where(line => line.GetProperty("kind").GetString() == kind)];

    public long[] StepsOf(string kind) => [.. MetricsOf(kind).Select(line => line.GetProperty("step").GetInt64())];

    /// <summary>The step of the last whole line of metrics.jsonl, while it is written; 0 if there is none.</summary>
    public long LastStep
    {
        get
        {
            if (!File.Exists(this["metrics.jsonl"]))
            {
                return 0;
            }
            using var stream = new FileStream(this["metrics.jsonl"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var lines = new StreamReader(stream).ReadToEnd().Split('\n');
            return lines.Length < 2 ? 0 : JsonElement.Parse(lines[^2]).GetProperty("step").GetInt64();
        }
    }

    /// <summary>SHA-256 of the weights to use and of the last checkpoint's weights and optimiser.</summary>
    public string[] Hashes => [.. new[] { this["model.safetensors"], this["checkpoints", Checkpoints[^1], "model.safetensors"], this["checkpoints", Checkpoints[^1], "optimizer.safetensors"] }
        .Select(path => $"{System.IO.Path.GetRelativePath(Path, path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}")];

    private static IEnumerable<string> Entries(string folder) =>
        Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder).Select(path => System.IO.Path.GetFileName(path)) : [];

    private static bool IsTemporary(string name) => name.StartsWith(".tmp-", StringComparison.Ordinal);
}
