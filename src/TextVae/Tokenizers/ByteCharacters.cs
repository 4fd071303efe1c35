using System.Collections.Frozen;

namespace TextVae.Tokenizers;

/// <summary>
/// Bytes as characters that can be seen, one for each, so that any bytes make a token in a file of text: those of GPT-2
/// (Radford et al. 2019). Printable ones of Latin-1 are themselves, the others follow from U+0100 on: a space is <c>Ġ</c>.
/// </summary>
internal static class ByteCharacters
{
    private static readonly char[] Characters = Create();
    private static readonly FrozenDictionary<char, byte> Values = Enumerable.Range(0, 256).ToFrozenDictionary(value => Characters[value], value => (byte)value);

    /// <summary>The bytes, written as characters.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = Characters[bytes[i]];
        }
        return new string(text);
    }

    /// <summary>The bytes that characters stand for; null where one stands for none.</summary>
    public static byte[]? Read(string text) => text.All(Values.ContainsKey) ? [.. text.Select(character => Values[character])] : null;

    private static char[] Create()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(value => (char)(value is (> ' ' and < 0x7f) or (> 0xa0 and not 0xad) ? value : next++))];
    }
}
