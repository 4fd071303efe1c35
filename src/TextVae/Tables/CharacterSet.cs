using System.Text;
using System.Text.Unicode;

namespace TextVae.Tables;

/// <summary>How characters are bytes in files that are not UTF-8.</summary>
internal static class CharacterSet
{
    public const string Property = "encoding"; // what errors call the choice

    private static readonly (byte[] Mark, Encoding Encoding)[] Marked =
    [
        ([0xff, 0xfe, 0, 0], Encoding.UTF32), // before UTF-16, whose mark it begins with
        ([0xff, 0xfe], Encoding.Unicode),
        ([0xfe, 0xff], Encoding.BigEndianUnicode),
    ];

    /// <summary>The encoding of a name, as IANA or Windows has it; null where there is none.</summary>
    public static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether a name means UTF-8, which is read as it is.</summary>
    public static bool IsUtf8(string? name) => name is null || Find(name) is UTF8Encoding;

    /// <summary>What a file is in that begins with these bytes: what its byte order mark says where there is one, else what is asked for; null for UTF-8.</summary>
    public static Encoding? Of(ReadOnlySpan<byte> head, string? asked)
    {
        var wanted = asked is null ? null : Find(asked);
        foreach (var (mark, encoding) in Marked)
        {
            if (head.StartsWith(mark) && wanted is null or UnicodeEncoding or UTF32Encoding)
            {
                return encoding;
            }
        }
        return wanted is UTF8Encoding ? null : wanted;
    }

    /// <summary>What bytes that are no UTF-8 may be in, by those around them; null where nothing speaks for any.</summary>
    /// <param name="bytes">Some of the file.</param>
    /// <param name="fault">Where they are no UTF-8.</param>
    public static string? Guess(ReadOnlySpan<byte> bytes, int fault)
    {
        bytes = bytes[..(bytes.Length & ~1)];
        var (even, odd) = (0, 0);
        for (var index = 0; index < bytes.Length; index += 2)
        {
            even += bytes[index] == 0 ? 1 : 0;
            odd += bytes[index + 1] == 0 ? 1 : 0;
        }
        const int Share = 5; // of all pairs: ASCII among other letters
        return odd * Share > bytes.Length / 2 && even * Share < odd ? "utf-16le"
            : even * Share > bytes.Length / 2 && odd * Share < even ? "utf-16be"
            : fault < bytes.Length && bytes[fault] >= 0x80 && !bytes[..fault].ContainsAnyInRange((byte)0x80, (byte)0xff) && !bytes.ContainsAnyInRange((byte)0, (byte)8) ? "windows-1252"
            : null;
    }

    /// <summary>Whether bytes are UTF-8 of a text, but for a character that is cut at their end.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Contains((byte)0))
        {
            return false;
        }
        var end = bytes.Length;
        for (var back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            if (bytes[^back] is >= 0xc2 and <= 0xf4)
            {
                end = bytes.Length - back;
                break;
            }
        }
        return Utf8.IsValid(bytes) || Utf8.IsValid(bytes[..end]);
    }
}
