using System.Text;
using System.Text.RegularExpressions;

namespace TextVae.Tokenizers;

/// <summary>
/// One token for each word with the space before it, for each other character with the space before it, and for each
/// further white space, so that a text is its tokens one after the other. Rare words are <c>&lt;unk&gt;</c>.
/// </summary>
public sealed partial class WordTokenizer : PieceTokenizer
{
    /// <summary>This tokeniser's name in a configuration.</summary>
    public const string Name = "words";

    private readonly int _unknown;

    /// <summary>A tokeniser of a vocabulary.</summary>
    /// <exception cref="InvalidInputException">A token is neither special nor one word, or there is no <c>&lt;unk&gt;</c>.</exception>
    public WordTokenizer(Vocabulary vocabulary)
        : base(Name, vocabulary, token => Word().Match(token).Length == token.Length ? Encoding.UTF8.GetBytes(token) : null, "one word with at most a space before it") =>
        _unknown = vocabulary.UnknownId ?? throw new InvalidInputException(InputKind.RunFolder, $"vocabulary: found no {Vocabulary.Unknown}, expected it, as no vocabulary has all words");

    /// <summary>Learns the words of texts, in the order in which they first appear.</summary>
    /// <param name="texts">The texts, or a text in pieces that split no word.</param>
    /// <param name="minCount">How often a word must occur to be kept.</param>
    /// <param name="forLines">Whether the texts are lines, which need <c>&lt;end&gt;</c>.</param>
    /// <exception cref="InvalidInputException">There are more words than <see cref="Vocabulary.MaximumCount"/>.</exception>
    public static WordTokenizer Learn(IEnumerable<string> texts, int minCount = 1, bool forLines = true)
    {
        var counts = PieceCounts.Of(texts, Word());
        string[] special = [Vocabulary.Pad, Vocabulary.Unknown, .. forLines ? [Vocabulary.End] : Array.Empty<string>()];
        var kept = counts.Where(word => word.Count >= minCount).Select(word => word.Piece).ToArray();
        return kept.Length + special.Length <= Vocabulary.MaximumCount
            ? new WordTokenizer(new Vocabulary([.. special, .. kept]))
            : throw new InvalidInputException(InputKind.Data, $"found {kept.Length:N0} different words, expected at most {Vocabulary.MaximumCount - special.Length:N0}; a larger data.minCount keeps fewer");
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        foreach (var word in Word().EnumerateMatches(text))
        {
            ids.Add(Vocabulary.TryGetId(text.Slice(word.Index, word.Length), out var id) ? id : _unknown);
        }
    }

    // Letters with their marks and digits, inside also apostrophes; else one character, which may be a pair of code units.
    [GeneratedRegex(@" ?[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*| ?(?:[\ud800-\udbff][\udc00-\udfff]|[^\s\p{L}\p{M}\p{N}])|\s")]
    private static partial Regex Word();
}
