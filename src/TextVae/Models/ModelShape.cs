namespace TextVae.Models;

/// <summary>The sizes that all parts of a model share.</summary>
/// <param name="Length">T: tokens in a text.</param>
/// <param name="Vocabulary">V: tokens in the vocabulary, special ones included.</param>
/// <param name="Latent">Z: size of the latent vector.</param>
public sealed record ModelShape(int Length, int Vocabulary, int Latent)
{
    /// <summary>Decoder input that stands before the first token.</summary>
    public int StartToken => Vocabulary;

    /// <summary>Decoder input that stands for a token hidden by input dropout.</summary>
    public int DroppedToken => Vocabulary + 1;

    /// <summary>V + 2: what a decoder may read.</summary>
    public int DecoderVocabulary => Vocabulary + 2;
}
