using System.Text;
using TextVae.Tokenizers;

namespace TextVae.Generation.Constraints;

/// <summary>What a text is made of: a model's tokens without the special ones, and the characters that it may have.</summary>
internal sealed class Alphabet
{
    private readonly int[]? _allowed; // in ascending order
    private readonly HashSet<Rune> _spelled; // in tokens that are whole characters
    private readonly bool[] _single = new bool[256]; // bytes that are tokens

    /// <summary>The tokens of a model, for texts of any characters or of some.</summary>
    /// <exception cref="InvalidInputException">The model has none of the characters.</exception>
    public Alphabet(ITokenizer tokenizer, string? characters)
    {
        var vocabulary = tokenizer.Vocabulary;
        EndId = vocabulary.EndId;
        Pieces = [.. Enumerable.Range(0, vocabulary.Count).Select(id => id == vocabulary.UnknownId ? [] : tokenizer.Piece(id).ToArray())];
        ByFirstByte = Enumerable.Range(0, Pieces.Count).Where(id => Pieces[id].Length > 0).ToLookup(id => Pieces[id][0]);
        _allowed = characters?.EnumerateRunes().Select(character => character.Value).Distinct().Order().ToArray();
        _spelled = [.. Pieces.Where(piece => System.Text.Unicode.Utf8.IsValid(piece)).SelectMany(piece => Encoding.UTF8.GetString(piece).EnumerateRunes())];
        foreach (var piece in Pieces.Where(piece => piece.Length == 1))
        {
            _single[piece[0]] = true;
        }
        if (characters is not null && !characters.EnumerateRunes().Any(Has))
        {
            throw new InvalidInputException(InputKind.Usage, $"alphabet '{characters}': found none of the model's characters; expected at least one");
        }
    }

    /// <summary>What each token stands for, as UTF-8; empty for a token that is no part of a text.</summary>
    public IReadOnlyList<byte[]> Pieces { get; }

    /// <summary>The tokens that are a part of a text, by their first byte.</summary>
    public ILookup<byte, int> ByFirstByte { get; }

    /// <summary>Whether texts may have any character.</summary>
    public bool IsWhole => _allowed is null;

    /// <summary>The token that ends a text; null where a text is as long as the model's.</summary>
    public int? EndId { get; }

    /// <summary>Whether a text may have a character and the model can write it.</summary>
    public bool Has(Rune character) => Allows(character.Value, character.Value)
        && (_spelled.Contains(character) || Encoding.UTF8.GetBytes(character.ToString()).All(value => _single[value]));

    /// <summary>Whether a text may have one of the characters from the first to the last.</summary>
    public bool Allows(int first, int last)
    {
        if (_allowed is null)
        {
            return true;
        }
        var index = Array.BinarySearch(_allowed, first);
        return index >= 0 || (~index < _allowed.Length && _allowed[~index] <= last);
    }
}
