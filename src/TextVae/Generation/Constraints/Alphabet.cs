using System.Text;
using TextVae.Data;

namespace TextVae.Generation.Constraints;

/// <summary>The tokens that a text may have: all but the special ones, or those made of some characters alone.</summary>
internal sealed class Alphabet
{
    /// <summary>The tokens of a model, or those of them that have only these characters.</summary>
    /// <exception cref="InvalidInputException">There are none.</exception>
    public Alphabet(ITokenizer tokenizer, string? characters)
    {
        var vocabulary = tokenizer.Vocabulary;
        var allowed = characters?.EnumerateRunes().ToHashSet();
        EndId = vocabulary.EndId;
        Texts = [.. Enumerable.Range(0, vocabulary.Count).Select(id =>
            id != vocabulary.PadId && id != vocabulary.UnknownId && id != EndId
            && tokenizer.Decode([id]) is { Length: > 0 } text && (allowed is null || text.EnumerateRunes().All(allowed.Contains)) ? text : null)];
        Characters = Texts.OfType<string>().SelectMany(text => text.EnumerateRunes()).ToHashSet();
        if (Characters.Count == 0)
        {
            throw new InvalidInputException(InputKind.Usage, $"alphabet '{characters}': found none of the model's characters; expected at least one");
        }
    }

    /// <summary>What each token stands for; null for a token that no text may have.</summary>
    public IReadOnlyList<string?> Texts { get; }

    /// <summary>The characters of the tokens.</summary>
    public IReadOnlySet<Rune> Characters { get; }

    /// <summary>The token that ends a text; null where a text is as long as the model's.</summary>
    public int? EndId { get; }
}
