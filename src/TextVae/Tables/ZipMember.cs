using ICSharpCode.SharpZipLib.Zip;
using TextVae.Storage;

namespace TextVae.Tables;

/// <summary>The one file in a zip archive. Several would leave open which are texts, and in what order.</summary>
internal static class ZipMember
{
    private const string MacFolder = "__MACOSX/"; // macOS puts what Finder knows of a file beside it

    /// <exception cref="InvalidInputException">The archive cannot be read, or has no file or several.</exception>
    public static FileBytes Of(string path)
    {
        PlainFile.RefuseOthers(path, InputKind.Data, "a plain file, as an archive ends with its directory");
        var name = Find(path);
        return new FileBytes(name, () => Open(path, name));
    }

    private static string Find(string path)
    {
        var names = Guard(path, () =>
        {
            using var archive = new ZipFile(FileBytes.OpenFile(path), leaveOpen: false);
            return archive.Cast<ZipEntry>().Where(entry => entry.IsFile).Select(entry => entry.Name)
                .Where(name => !name.StartsWith(MacFolder, StringComparison.Ordinal)).ToArray();
        });
        var found = names.Length == 0 ? "no file" : FormattableString.Invariant($"{names.Length:N0} files ({string.Join(", ", names.Take(3))}{(names.Length > 3 ? " ..." : "")})");
        return names.Length == 1 ? names[0] : throw new InvalidInputException(InputKind.Data, $"{path}: found {found}, expected an archive of one file of texts");
    }

    /// <summary>Reads the archive from its beginning: in this way, unlike by its directory, SharpZipLib checks the sums.</summary>
    private static ZipInputStream Open(string path, string name) => Guard(path, () =>
    {
        var stream = new ZipInputStream(FileBytes.OpenFile(path));
        while (stream.GetNextEntry() is { } entry)
        {
            if (entry.Name == name)
            {
                return stream;
            }
        }
        stream.Dispose();
        throw new ZipException($"{name} is missing");
    });

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not InvalidInputException)
        {
            throw FileBytes.Damaged(path, e);
        }
    }
}
