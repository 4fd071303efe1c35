namespace TextVae.Storage;

/// <summary>Files that are replaced as wholes: a reader, or a machine that loses power, sees the old contents or the new.</summary>
public static class AtomicFile
{
    /// <summary>Writes a file beside the old one, flushes it to the disk and renames it over the old one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="write">Writes the contents. If it throws, the old file stays as it was.</param>
    /// <param name="kind">What is at fault if the file cannot be written.</param>
    /// <exception cref="InvalidInputException">The file cannot be written: no such folder, no permission, a full disk.</exception>
    public static void Write(string path, Action<FileStream> write, InputKind kind = InputKind.RunFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? throw new InvalidInputException(kind, $"{path}: found a root folder, expected a file");
        var name = Path.GetFileName(target);
        var temporary = Path.Combine(folder, TemporaryName.For(name));
        try
        {
            TemporaryName.DeleteLeftovers(folder, name);
            File.Delete(temporary); // also a link, through which another file would be written
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e)
        {
            TemporaryName.TryDelete(temporary);
            if (Disk.IsToBlame(e))
            {
                throw new InvalidInputException(kind, $"{path}: not written, {Disk.Reason(e)}", e);
            }
            throw;
        }
        Disk.FlushFolder(folder);
    }
}
