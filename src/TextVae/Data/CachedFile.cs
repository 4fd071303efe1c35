namespace TextVae.Data;

/// <summary>A file of the cache.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Origin">What it was made from; null in files of an earlier version, which nothing reads any more.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="LastUsed">When it was opened or written last (UTC).</param>
public sealed record CachedFile(string Path, string? Origin, long Bytes, DateTime LastUsed)
{
    /// <summary>What it holds: <c>tokens</c> or <c>vocabulary</c>.</summary>
    public string Kind => System.IO.Path.GetFileName(Path).Split('.')[1];
}
