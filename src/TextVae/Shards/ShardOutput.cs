using TextVae.Storage;
using TextVae.Tables;

namespace TextVae.Shards;

/// <summary>
/// The output of a shard. Its files are written whole and then described in a file beside them (docs/formats.md), so that what a
/// killed shard leaves is never taken for finished, and a finished shard is known as such.
/// </summary>
/// <param name="path">The whole's output, whose extension says the format.</param>
/// <param name="shard">Which part of it.</param>
/// <param name="work">What is done.</param>
/// <param name="first">Index of the first item of this part.</param>
/// <param name="count">How many items it has.</param>
public sealed class ShardOutput(string path, Shard shard, ShardedWork work, long first, long count)
{
    /// <summary>Where this part is written.</summary>
    public string Path { get; } = shard.PathOf(path);

    private string Description => Path + ShardFile.Extension;

    /// <summary>Whether it is there already, whole and of the same work.</summary>
    public bool IsFinished()
    {
        try
        {
            var file = ShardFile.Read(Path);
            file.RequireFiles(Path);
            return file == Describe(file.Files);
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    /// <summary>Writes it.</summary>
    /// <param name="write">Writes the files of <see cref="Path"/>, whole.</param>
    /// <exception cref="InvalidInputException">A file cannot be written, or another process writes the same shard now.</exception>
    public void Write(Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var alone = Lock(); // a system that believes a process lost may start another one
        try
        {
            File.Delete(Description); // first, as it says nothing of what comes now
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.Data, $"{Description}: not deleted, {Disk.Reason(error)}", error);
        }
        write(Path);
        var files = FileFormats.Extensions(Path).Select(extension => ShardedBytes.Of(System.IO.Path.ChangeExtension(Path, extension), extension));
        JsonFile.Write(Description, Describe([.. files]), InputKind.Data);
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.Data, error is IOException inUse && Disk.IsInUse(inUse)
                ? $"{Path}: found another process that writes this shard; expected none"
                : $"{Path}: not written, {Disk.Reason(error)}", error);
        }
    }

    private ShardFile Describe(IReadOnlyList<ShardedBytes> files) =>
        new() { Shard = shard.Number, Of = shard.Of, First = first, Count = count, Work = work, Files = files };
}
