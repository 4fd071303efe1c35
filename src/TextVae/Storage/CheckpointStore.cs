using System.Globalization;

namespace TextVae.Storage;

/// <summary>A whole checkpoint on disk.</summary>
/// <param name="Step">The training step after which it was made.</param>
/// <param name="Path">Its folder.</param>
internal sealed record Checkpoint(long Step, string Path);

/// <summary>
/// The checkpoints of one run, a folder each (<c>000012000</c>) that appears whole or not at all and disappears the same way.
/// </summary>
/// <remarks>
/// Whatever is being written or deleted has a temporary name (<c>.tmp-000012000-PROCESS-NUMBER</c>), which
/// <see cref="Latest"/> does not see. What a killed process left under such names is deleted by the next
/// <see cref="Save"/>; what belongs to a running process stays. One process saves into a store at a time.
/// </remarks>
internal sealed class CheckpointStore
{
    private readonly int keep;

    /// <summary>The store in a folder, which the first <see cref="Save"/> creates if it is missing.</summary>
    /// <param name="folder">The folder that holds the checkpoints, such as <c>RUN/checkpoints</c>.</param>
    /// <param name="keep">How many checkpoints stay, at least 1.</param>
    public CheckpointStore(string folder, int keep = 2)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        Folder = Path.GetFullPath(folder);
        this.keep = keep;
    }

    /// <summary>The folder that holds the checkpoints, as a full path.</summary>
    public string Folder { get; }

    /// <summary>The whole checkpoints, newest first; none if the folder is missing.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    public IReadOnlyList<Checkpoint> All()
    {
        try
        {
            return Directory.Exists(Folder)
                ? [.. Directory.GetDirectories(Folder).Select(ToCheckpoint).OfType<Checkpoint>().OrderByDescending(c => c.Step)]
                : [];
        }
        catch (Exception e) when (Disk.IsToBlame(e))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{Folder}: not read, {Disk.Reason(e)}", e);
        }
    }

    /// <summary>The newest whole checkpoint, or null if there is none.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    public Checkpoint? Latest() => All() is [var newest, ..] ? newest : null;

    /// <summary>Saves a checkpoint, replacing one of the same step, then deletes the oldest beyond the number to keep.</summary>
    /// <param name="step">The training step, not negative.</param>
    /// <param name="writeInto">
    /// Writes the files into the empty folder it is given. If it throws, the older checkpoints stay as they were; an
    /// exception that is neither the disk's nor an <see cref="InvalidInputException"/> comes out unchanged.
    /// </param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="InvalidInputException">It could not be saved; the message names the last checkpoint there is.</exception>
    public Checkpoint Save(long step, Action<string> writeInto)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentNullException.ThrowIfNull(writeInto);
        var name = NameOf(step);
        var target = Path.Combine(Folder, name);
        var temporary = Path.Combine(Folder, TemporaryName.For(name));
        try
        {
            TemporaryName.DeleteLeftovers(Folder);
            Directory.CreateDirectory(temporary);
            writeInto(temporary);
            Disk.FlushTree(temporary);
            if (Directory.Exists(target))
            {
                Disk.ExchangeFolders(temporary, target);
            }
            else
            {
                Directory.Move(temporary, target);
            }
            Disk.FlushFolder(Folder);
        }
        catch (Exception e) when (e is InvalidInputException || Disk.IsToBlame(e))
        {
            var reason = e is InvalidInputException ? e.Message : Disk.Reason(e);
            var last = Latest() is { } checkpoint ? $"the last checkpoint is step {checkpoint.Step}" : "there is no checkpoint yet";
            throw new InvalidInputException(InputKind.RunFolder, $"{target}: step {step} not saved, {reason}; {last}", e);
        }
        finally
        {
            TemporaryName.TryDelete(temporary); // a failed save, or the replaced checkpoint
        }
        DeleteOldest(step);
        return new Checkpoint(step, target);
    }

    private void DeleteOldest(long saved)
    {
        foreach (var old in All().Skip(keep).Where(c => c.Step != saved))
        {
            var temporary = Path.Combine(Folder, TemporaryName.For(NameOf(old.Step)));
            try
            {
                Directory.Move(old.Path, temporary); // A half-deleted folder must not look whole.
            }
            catch (Exception e) when (Disk.IsToBlame(e))
            {
                continue; // The checkpoint is saved; the next call tries again.
            }
            TemporaryName.TryDelete(temporary);
        }
    }

    private static string NameOf(long step) => step.ToString("D9", CultureInfo.InvariantCulture);

    private static Checkpoint? ToCheckpoint(string path) =>
        long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
        && NameOf(step) == Path.GetFileName(path)
            ? new Checkpoint(step, path)
            : null;
}
