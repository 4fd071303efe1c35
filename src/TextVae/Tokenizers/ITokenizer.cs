namespace TextVae.Tokenizers;

/// <summary>Turns texts into token ids and back. Implementations are immutable and safe for any number of threads.</summary>
public interface ITokenizer
{
    /// <summary>The name of this kind of tokeniser in a configuration, such as <c>characters</c>.</summary>
    string Kind { get; }

    /// <summary>The tokens.</summary>
    Vocabulary Vocabulary { get; }

    /// <summary>Appends the ids of a text's tokens; adds no <c>&lt;end&gt;</c> and no padding.</summary>
    /// <exception cref="InvalidInputException">The text has a character outside a vocabulary without <c>&lt;unk&gt;</c>.</exception>
    void Encode(ReadOnlySpan<char> text, List<int> ids);

    /// <summary>
    /// The piece of text that a token stands for, as UTF-8; it may be a part of a character. <c>&lt;end&gt;</c> and
    /// <c>&lt;pad&gt;</c> have none, <c>&lt;unk&gt;</c> is U+FFFD.
    /// </summary>
    ReadOnlySpan<byte> Piece(int id);

    /// <summary>The text of the ids up to the first <c>&lt;end&gt;</c>, without padding; unknown tokens, and bytes that are no UTF-8, show as U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> ids);

    /// <summary>
    /// How many characters (Unicode scalar values) of text the ids stand for: the denominator of bits per character.
    /// <c>&lt;end&gt;</c> and <c>&lt;pad&gt;</c> are none, <c>&lt;unk&gt;</c> is one, and a character counts where it begins.
    /// </summary>
    /// <param name="ids">Ids of any number of texts, such as a whole batch [batch, time].</param>
    long CountCharacters(ReadOnlySpan<int> ids);
}
