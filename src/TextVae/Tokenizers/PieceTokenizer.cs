using System.Text;

namespace TextVae.Tokenizers;

/// <summary>
/// What all tokenisers share: each token stands for a piece of text, as UTF-8, and a text is the pieces of its tokens one
/// after the other. A piece may be less than a character.
/// </summary>
public abstract class PieceTokenizer : ITokenizer
{
    private static readonly byte[] Replacement = [.. "\ufffd"u8];

    private readonly byte[][] _pieces; // by id
    private readonly int[] _characters; // of each piece: those that begin in it

    /// <summary>A tokeniser of a vocabulary.</summary>
    /// <param name="kind">Its name in a configuration.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="piece">What a token that is not special stands for; null where it is no token of this kind.</param>
    /// <param name="expected">What such a token is, for the error.</param>
    /// <exception cref="InvalidInputException">The vocabulary has a token of another kind.</exception>
    private protected PieceTokenizer(string kind, Vocabulary vocabulary, Func<string, byte[]?> piece, string expected)
    {
        (Kind, Vocabulary) = (kind, vocabulary);
        _pieces = [.. vocabulary.Tokens.Select((token, id) => token switch
        {
            Vocabulary.Pad or Vocabulary.End => [],
            Vocabulary.Unknown => Replacement,
            _ => piece(token) ?? throw new InvalidInputException(InputKind.RunFolder, $"vocabulary, token {id}: found \"{Shortened.Of(token)}\", expected {expected}"),
        })];
        _characters = Array.ConvertAll(_pieces, bytes => bytes.Count(value => (value & 0xc0) != 0x80)); // all but continuation bytes
    }

    /// <inheritdoc/>
    public string Kind { get; }

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <inheritdoc/>
    public abstract void Encode(ReadOnlySpan<char> text, List<int> ids);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Piece(int id) => _pieces[id];

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length);
        foreach (var id in ids)
        {
            if (id == Vocabulary.EndId)
            {
                break;
            }
            bytes.AddRange(_pieces[id]);
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <inheritdoc/>
    public long CountCharacters(ReadOnlySpan<int> ids)
    {
        var count = 0L;
        foreach (var id in ids)
        {
            count += _characters[id];
        }
        return count;
    }
}
