using System.Buffers;
using System.Text;

namespace TextVae.Tokenizers;

/// <summary>One token for each character (Unicode scalar value), as in the paper's experiments.</summary>
public sealed class CharacterTokenizer : PieceTokenizer
{
    /// <summary>This tokeniser's name in a configuration.</summary>
    public const string Name = "characters";

    private readonly Dictionary<int, int> _ids; // by scalar value

    /// <summary>A tokeniser of a vocabulary.</summary>
    /// <exception cref="InvalidInputException">A token is neither special nor one character.</exception>
    public CharacterTokenizer(Vocabulary vocabulary)
        : base(Name, vocabulary, token => Character(token) is null ? null : Encoding.UTF8.GetBytes(token), "one character") =>
        _ids = vocabulary.Tokens.Index().Where(token => Character(token.Item) is not null).ToDictionary(token => Character(token.Item)!.Value.Value, token => token.Index);

    /// <summary>Learns the characters of texts, in the order in which they first appear, in one pass and constant memory.</summary>
    /// <param name="texts">The texts, or a text in pieces that split no character.</param>
    /// <param name="minCount">How often a character must occur to be kept.</param>
    /// <param name="forLines">
    /// Whether the texts are lines, which need <c>&lt;unk&gt;</c> and <c>&lt;end&gt;</c>. A vocabulary for windows has
    /// <c>&lt;unk&gt;</c> only where <paramref name="minCount"/> drops a character.
    /// </param>
    /// <exception cref="InvalidInputException">There are more characters than <see cref="Vocabulary.MaximumCount"/>.</exception>
    public static CharacterTokenizer Learn(IEnumerable<string> texts, int minCount = 1, bool forLines = true)
    {
        var counts = new long[0x110000]; // one for each scalar value: 9 MB, and no lookup by hash
        var order = new List<Rune>();
        foreach (var text in texts)
        {
            foreach (var character in text.EnumerateRunes())
            {
                if (counts[character.Value]++ == 0)
                {
                    order.Add(character);
                }
            }
        }
        var kept = order.Where(character => counts[character.Value] >= minCount).Select(character => character.ToString()).ToArray();
        string[] special = forLines ? [Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.End]
            : kept.Length < order.Count ? [Vocabulary.Pad, Vocabulary.Unknown]
            : [Vocabulary.Pad];
        if (kept.Length + special.Length > Vocabulary.MaximumCount)
        {
            throw new InvalidInputException(InputKind.Data, $"found {kept.Length:N0} different characters, expected at most {Vocabulary.MaximumCount - special.Length:N0}; a larger data.minCount keeps fewer");
        }
        return new CharacterTokenizer(new Vocabulary([.. special, .. kept]));
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        foreach (var character in text.EnumerateRunes())
        {
            ids.Add(_ids.TryGetValue(character.Value, out var id) ? id : Vocabulary.UnknownId ?? throw Outside(character));
        }
    }

    private static Rune? Character(string token) =>
        Rune.DecodeFromUtf16(token, out var character, out var length) == OperationStatus.Done && length == token.Length ? character : null;

    private InvalidInputException Outside(Rune character) => new(
        InputKind.Data,
        $"found character U+{character.Value:X4}, which is not among the vocabulary's {Vocabulary.Count} tokens; expected its characters, or a vocabulary with {Vocabulary.Unknown} (learned with data.minCount above 1)");
}
