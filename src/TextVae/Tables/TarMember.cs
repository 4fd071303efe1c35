using System.Formats.Tar;
using TextVae.Storage;

namespace TextVae.Tables;

/// <summary>The one file in a tar archive, which is read as a stream: that there is no other is known at its end.</summary>
internal static class TarMember
{
    private const string MacPrefix = "._"; // macOS puts what Finder knows of a file beside it

    /// <param name="path">The archive.</param>
    /// <param name="open">Opens its bytes, without their compression.</param>
    /// <exception cref="InvalidInputException">The archive cannot be read, or has no file.</exception>
    public static FileBytes Of(string path, Func<Stream> open)
    {
        PlainFile.RefuseOthers(path, InputKind.Data, "a plain file, as an archive is read more than once");
        using var archive = new TarReader(open());
        return new FileBytes(Next(path, archive)?.Name ?? throw Refused(path, "no file"), () => new Member(path, open()));
    }

    private static TarEntry? Next(string path, TarReader archive)
    {
        try
        {
            while (archive.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile && !Path.GetFileName(entry.Name).StartsWith(MacPrefix, StringComparison.Ordinal))
                {
                    return entry;
                }
            }
            return null;
        }
        catch (Exception e) when (e is not InvalidInputException)
        {
            throw FileBytes.Damaged(path, e);
        }
    }

    private static InvalidInputException Refused(string path, string found) =>
        new(InputKind.Data, $"{path}: found {found}, expected an archive of one file of texts");

    private sealed class Member : ForwardStream
    {
        private readonly string _path;
        private readonly TarReader _archive;
        private readonly TarEntry _entry;

        public Member(string path, Stream archive)
        {
            (_path, _archive) = (path, new TarReader(archive));
            _entry = Next(path, _archive)!;
        }

        public override int Read(Span<byte> buffer)
        {
            var count = _entry.DataStream?.Read(buffer) ?? 0;
            return count > 0 || buffer.IsEmpty || Next(_path, _archive) is not { } other ? count
                : throw Refused(_path, $"several files ({_entry.Name}, {other.Name})");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _archive.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
