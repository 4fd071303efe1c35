using System.Text.RegularExpressions;
using TextVae.Storage;
using TextVae.Tables;

namespace TextVae.Shards;

/// <summary>The outputs of all shards of a work, in their order: none is missing, double, unfinished, changed or of another work.</summary>
public sealed class ShardSet
{
    private readonly IReadOnlyList<string> _extensions; // of the files that each output has

    private ShardSet(ShardedWork work, IReadOnlyList<string> parts, IReadOnlyList<string> extensions) =>
        (Work, Parts, _extensions) = (work, parts, extensions);

    /// <summary>What was done.</summary>
    public ShardedWork Work { get; }

    /// <summary>The outputs' paths.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Finds the outputs and reads them once, to see that they are whole.</summary>
    /// <param name="path">The whole's output, beside which shards write theirs.</param>
    /// <param name="parts">Their outputs; none: all that are there.</param>
    /// <exception cref="InvalidInputException">One is missing, double, unfinished or changed, or they are of different works.</exception>
    public static ShardSet Find(string path, IReadOnlyList<string> parts)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(parts);
        string[] outputs = [.. (parts.Count > 0 ? parts : Beside(path)).Select(part => part.EndsWith(ShardFile.Extension, StringComparison.Ordinal) ? part[..^ShardFile.Extension.Length] : part).Distinct()];
        var files = outputs.Select(output => (Output: output, File: ShardFile.Read(output))).OrderBy(shard => shard.File.Shard).ToList();
        foreach (var shard in files)
        {
            RequireSame(files[0], shard);
        }
        RequireEach(path, files);
        foreach (var (output, file) in files)
        {
            file.RequireFiles(output);
        }
        return new ShardSet(files[0].File.Work, [.. files.Select(shard => shard.Output)], [.. files[0].File.Files.Select(file => file.Extension)]);
    }

    /// <summary>Writes the whole from the parts, as one process would have written it.</summary>
    /// <param name="path">The file, of the parts' format; a second one, if the format has one, is named after it.</param>
    /// <exception cref="InvalidInputException">It is of another format, or cannot be written.</exception>
    public void WriteTo(string path)
    {
        var join = FileFormats.Require(path, format => format.Join);
        Check.That(FileFormats.Extensions(path).SequenceEqual(_extensions), "the output's extension", Path.GetExtension(path), $"{_extensions[0]}, as the parts have", InputKind.Usage);
        Write(0);

        void Write(int file)
        {
            if (file < _extensions.Count)
            {
                AtomicFile.Write(
                    Path.ChangeExtension(path, _extensions[file]),
                    stream =>
                    {
                        join(stream, [.. Parts.Select(part => Path.ChangeExtension(part, _extensions[file]))]);
                        Write(file + 1);
                    },
                    InputKind.Data);
            }
        }
    }

    private static string[] Beside(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        var name = new Regex($@"^{Regex.Escape(Path.GetFileNameWithoutExtension(path))}\.\d+-of-\d+{Regex.Escape(Path.GetExtension(path) + ShardFile.Extension)}$");
        string[] found = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(file => name.IsMatch(Path.GetFileName(file))).Select(file => Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileName(file))).Order(StringComparer.Ordinal)]
            : [];
        return found.Length > 0 ? found : throw new InvalidInputException(
            InputKind.Data, $"{path}: found no output of a shard beside it; expected {new Shard(1, 2).PathOf(path)}{ShardFile.Extension} or the like, which a shard writes when it has finished");
    }

    private static void RequireSame((string Output, ShardFile File) one, (string Output, ShardFile File) other)
    {
        if (one.File.Of != other.File.Of)
        {
            throw new InvalidInputException(InputKind.Data, $"{one.Output} and {other.Output}: found one of {one.File.Of} shards, and one of {other.File.Of}; expected shards of as many");
        }
        if ((one.File.Work.DifferenceFrom(other.File.Work) ?? (one.File.Files.Select(file => file.Extension).SequenceEqual(other.File.Files.Select(file => file.Extension)) ? null : "found different formats")) is { } difference)
        {
            throw new InvalidInputException(InputKind.Data, $"{one.Output} and {other.Output}: {difference}; expected shards of the same work");
        }
    }

    private static void RequireEach(string path, List<(string Output, ShardFile File)> shards)
    {
        foreach (var (one, next) in shards.Zip(shards.Skip(1)))
        {
            if (one.File.Shard == next.File.Shard)
            {
                throw new InvalidInputException(InputKind.Data, $"{one.Output} and {next.Output}: found shard {one.File.Shard}/{one.File.Of} twice; expected each once");
            }
        }
        var of = shards[0].File.Of;
        int[] missing = [.. Enumerable.Range(1, of).Except(shards.Select(shard => shard.File.Shard))];
        if (missing.Length > 0)
        {
            var list = string.Join(", ", missing.Take(10)) + (missing.Length > 10 ? ", ..." : "");
            throw new InvalidInputException(InputKind.Data, $"{path}: found {shards.Count} of {of} shards; expected also {list}, which must be done, or done again");
        }
        var end = 0L;
        foreach (var (output, file) in shards)
        {
            Check.That(file.First == end, $"{output}: its first item", file.First, $"{end}, where the shard before it ends", InputKind.Data);
            end = file.First + file.Count;
        }
        Check.That(end == shards[0].File.Work.Items, $"{path}: the end of the last shard", end, $"{shards[0].File.Work.Items}", InputKind.Data);
    }
}
