using System.Text;

namespace TextVae.Data;

/// <summary>One token for each character (Unicode scalar value), as in the paper's experiments.</summary>
public sealed class CharacterTokenizer : ITokenizer
{
    /// <summary>This tokeniser's name in a configuration.</summary>
    public const string Name = "characters";

    private const string Replacement = "\ufffd";

    private readonly Dictionary<int, int> _ids = []; // by scalar value

    /// <summary>A tokeniser of a vocabulary.</summary>
    /// <exception cref="InvalidInputException">A token is neither special nor one character.</exception>
    public CharacterTokenizer(Vocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var token = vocabulary.Tokens[id];
            if (token is Vocabulary.Pad or Vocabulary.Unknown or Vocabulary.End)
            {
                continue;
            }
            if (Rune.DecodeFromUtf16(token, out var character, out var length) != System.Buffers.OperationStatus.Done || length != token.Length)
            {
                throw new InvalidInputException(InputKind.RunFolder, $"vocabulary, token {id}: found \"{token}\", expected one character");
            }
            _ids.Add(character.Value, id);
        }
    }

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

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
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        foreach (var character in text.EnumerateRunes())
        {
            ids.Add(_ids.TryGetValue(character.Value, out var id) ? id : Vocabulary.UnknownId ?? throw Outside(character));
        }
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var text = new StringBuilder(ids.Length);
        foreach (var id in ids)
        {
            if (id == Vocabulary.EndId)
            {
                break;
            }
            if (id != Vocabulary.PadId)
            {
                text.Append(id == Vocabulary.UnknownId ? Replacement : Vocabulary.Tokens[id]);
            }
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public long CountCharacters(ReadOnlySpan<long> ids)
    {
        var end = Vocabulary.EndId ?? Vocabulary.PadId;
        var count = 0L;
        foreach (var id in ids)
        {
            count += id != Vocabulary.PadId && id != end ? 1 : 0;
        }
        return count;
    }

    private InvalidInputException Outside(Rune character) => new(
        InputKind.Data,
        $"found character U+{character.Value:X4}, which is not among the vocabulary's {Vocabulary.Count} tokens; expected its characters, or a vocabulary with {Vocabulary.Unknown} (learned with data.minCount above 1)");
}
