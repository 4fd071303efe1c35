using System.Security.Cryptography;
using TextVae.Storage;

namespace TextVae.Shards;

/// <summary>What stands in <c>OUTPUT.shard</c> beside a shard's output, which is whole if this is there (docs/formats.md).</summary>
internal sealed record ShardFile
{
    public const string Extension = ".shard";

    public int Format { get; init; } = 1;

    public required int Shard { get; init; }

    public required int Of { get; init; }

    /// <summary>Index of the first item, and how many follow from it.</summary>
    public required long First { get; init; }

    public required long Count { get; init; }

    public required ShardedWork Work { get; init; }

    /// <summary>The output's files, in the order in which they are named.</summary>
    public required IReadOnlyList<ShardedBytes> Files { get; init; }

    /// <exception cref="InvalidInputException">There is none, or it is malformed.</exception>
    public static ShardFile Read(string output)
    {
        try
        {
            return JsonFile.Read<ShardFile>(output + Extension, file => file.Validate());
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException(InputKind.Data, File.Exists(output + Extension)
                ? error.Message
                : $"{output}: found no {Path.GetFileName(output)}{Extension} beside it; expected the output of a shard that has finished", error);
        }
    }

    /// <exception cref="InvalidInputException">The output's files are not those that the shard wrote.</exception>
    public void RequireFiles(string output)
    {
        foreach (var (path, expected) in Files.Select(file => Path.ChangeExtension(output, file.Extension)).Zip(Files))
        {
            var found = File.Exists(path) ? ShardedBytes.Of(path, expected.Extension) : null;
            if (found != expected)
            {
                throw new InvalidInputException(InputKind.Data, found is null
                    ? $"{path}: found no such file; expected what shard {Shard}/{Of} wrote"
                    : $"{path}: found {found.Bytes} bytes of SHA-256 {found.Sha256}; expected {expected.Bytes} of {expected.Sha256}, as shard {Shard}/{Of} wrote them");
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(ShardFile? other) => other is not null
        && (Format, Shard, Of, First, Count, Work) == (other.Format, other.Shard, other.Of, other.First, other.Count, other.Work) && Files.HasSameValues(other.Files);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Shard, Of, First, Count, Work, Files.HashOfValues());

    private void Validate()
    {
        Check.That(Format == 1, "format", Format, "1");
        new Shard(Shard, Of).Validate();
        Check.Within(0, Work.Items, First, "first");
        Check.Within(0, Work.Items - First, Count, "count");
        Check.That(Files.Count > 0 && Files.All(file => file.Extension is ['.', ..] && Path.GetFileName(file.Extension) == file.Extension), "files", Files.Count, "at least one, each with its extension");
    }
}

/// <summary>A file of a shard's output.</summary>
internal sealed record ShardedBytes
{
    /// <summary>How its name ends, after the part that all files of the output share.</summary>
    public required string Extension { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }

    public static ShardedBytes Of(string path, string extension)
    {
        using var file = PlainFile.Open(path, kind: InputKind.Data);
        return new ShardedBytes { Extension = extension, Bytes = file.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(file)) };
    }
}
