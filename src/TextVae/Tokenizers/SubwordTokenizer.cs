using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace TextVae.Tokenizers;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016) of bytes inside of words, as in GPT-2 (Radford et al. 2019): no text is unknown
/// to it. The vocabulary has the tokens in the order in which they are merged, and so is all there is to know.
/// </summary>
public sealed partial class SubwordTokenizer : PieceTokenizer
{
    /// <summary>This tokeniser's name in a configuration.</summary>
    public const string Name = "subwords";

    /// <summary>How large a vocabulary is learned where the configuration does not say.</summary>
    public const int DefaultCount = 4_000;

    private readonly TiktokenTokenizer _encoder;

    /// <summary>A tokeniser of a vocabulary.</summary>
    /// <exception cref="InvalidInputException">It has a token that is no bytes, or no token for some byte.</exception>
    public SubwordTokenizer(Vocabulary vocabulary)
        : base(Name, vocabulary, ByteCharacters.Read, "bytes, each as a character of GPT-2's")
    {
        _ = ByteTokenizer.Ids(vocabulary);
        var ranks = new StringBuilder(); // each token's bytes and id: a pair with a lower one is merged earlier
        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (id != vocabulary.PadId && id != vocabulary.EndId && id != vocabulary.UnknownId)
            {
                ranks.Append(Convert.ToBase64String(Piece(id))).Append(' ').Append(id).Append('\n');
            }
        }
        using var file = new MemoryStream(Encoding.ASCII.GetBytes(ranks.ToString()));
        _encoder = TiktokenTokenizer.Create(file, new RegexPreTokenizer(Word(), null), normalizer: null);
    }

    /// <summary>Learns the subwords of texts.</summary>
    /// <param name="texts">The texts, or a text in pieces that split no word.</param>
    /// <param name="count">V, with the special tokens and the 256 bytes; fewer where no pair is left that occurs twice.</param>
    /// <param name="forLines">Whether the texts are lines, which need <c>&lt;end&gt;</c>.</param>
    public static SubwordTokenizer Learn(IEnumerable<string> texts, int count = DefaultCount, bool forLines = true)
    {
        var first = ByteTokenizer.Tokens(forLines).ToArray();
        var words = PieceCounts.Of(texts, Word()).Select(word => (Encoding.UTF8.GetBytes(word.Piece), word.Count));
        return Of([.. first, .. new BytePairLearning(words).Merge(count - first.Length).Select(token => ByteCharacters.Write(token))]);
    }

    /// <summary>The subwords of a file of merges.</summary>
    /// <param name="path">As Hugging Face's <c>merges.txt</c> for GPT-2.</param>
    /// <param name="count">V at most; null for all merges.</param>
    /// <param name="forLines">Whether the texts are lines, which need <c>&lt;end&gt;</c>.</param>
    /// <exception cref="InvalidInputException">The file is missing or malformed, or has too many merges.</exception>
    public static SubwordTokenizer FromMerges(string path, int? count = null, bool forLines = true)
    {
        var first = ByteTokenizer.Tokens(forLines).ToArray();
        var room = Vocabulary.MaximumCount - first.Length;
        var merged = MergesFile.Read(path).Take(count is null ? room + 1 : count.Value - first.Length).ToArray();
        return merged.Length <= room
            ? Of([.. first, .. merged])
            : throw new InvalidInputException(InputKind.Data, $"{path}: found more than {room:N0} merges, expected at most so many; data.vocabularySize takes the first ones");
    }

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids) => ids.AddRange(_encoder.EncodeToIds(text));

    private static SubwordTokenizer Of(IEnumerable<string> tokens) => new(new Vocabulary(tokens));

    // What GPT-2 merges no bytes across: words and numbers with the space before them, other characters, white space.
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Word();
}
