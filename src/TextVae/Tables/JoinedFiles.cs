namespace TextVae.Tables;

/// <summary>Files of lines, one after the other.</summary>
internal static class JoinedFiles
{
    /// <summary>Bytes after bytes.</summary>
    public static void Join(FileStream stream, IReadOnlyList<string> parts) => Join(stream, parts, haveNames: false);

    /// <summary>As above, where each file begins with a line of columns' names.</summary>
    public static void JoinBelowNames(FileStream stream, IReadOnlyList<string> parts) => Join(stream, parts, haveNames: true);

    private static void Join(FileStream stream, IReadOnlyList<string> parts, bool haveNames)
    {
        foreach (var (index, part) in parts.Index())
        {
            using var file = FileBytes.OpenFile(part);
            while (haveNames && index > 0 && file.ReadByte() is not ('\n' or -1))
            {
                // a byte of the names
            }
            file.CopyTo(stream);
        }
    }
}
