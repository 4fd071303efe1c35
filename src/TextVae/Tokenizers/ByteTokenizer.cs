using System.Text;

namespace TextVae.Tokenizers;

/// <summary>One token for each byte of a text's UTF-8. No text is unknown to it.</summary>
public sealed class ByteTokenizer : PieceTokenizer
{
    /// <summary>This tokeniser's name in a configuration.</summary>
    public const string Name = "bytes";

    private readonly int[] _ids;

    /// <summary>A tokeniser of a vocabulary.</summary>
    /// <exception cref="InvalidInputException">It does not have each byte once and nothing but special tokens beside them.</exception>
    public ByteTokenizer(Vocabulary vocabulary)
        : base(Name, vocabulary, token => token.Length == 1 ? ByteCharacters.Read(token) : null, "one byte") => _ids = Ids(vocabulary);

    /// <summary>The tokeniser of all bytes.</summary>
    /// <param name="forLines">Whether texts are lines, which need <c>&lt;end&gt;</c>.</param>
    public static ByteTokenizer Create(bool forLines = true) => new(new Vocabulary(Tokens(forLines)));

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (var value in bytes)
        {
            ids.Add(_ids[value]);
        }
    }

    /// <summary>The special tokens, then the bytes in order.</summary>
    internal static IEnumerable<string> Tokens(bool forLines) =>
        [Vocabulary.Pad, .. forLines ? [Vocabulary.End] : Array.Empty<string>(), .. Enumerable.Range(0, 256).Select(value => ByteCharacters.Write([(byte)value]))];

    /// <summary>The id of each byte.</summary>
    /// <exception cref="InvalidInputException">One has none.</exception>
    internal static int[] Ids(Vocabulary vocabulary) => [.. Enumerable.Range(0, 256).Select(value => vocabulary.TryGetId(ByteCharacters.Write([(byte)value]), out var id)
        ? id
        : throw new InvalidInputException(InputKind.RunFolder, $"vocabulary: found no token for byte 0x{value:x2}, expected one for each byte"))];
}
