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

/// <summary>The condition that stacks of (de)convolutions set: T divisible by 2^L.</summary>
internal static class Halving
{
    public static void Validate(string key, IReadOnlyList<int> channels, int length)
    {
        Check.That(channels.Count is > 0 and <= 16, key, channels.Count, "between 1 and 16 layers");
        foreach (var width in channels)
        {
            Check.AtLeast(1, width, key);
        }
        var unit = 1 << channels.Count;
        var below = length / unit * unit;
        var nearest = below > 0 ? $"{below} or {below + unit}" : $"{unit}";
        Check.That(length > 0 && length % unit == 0, "data.length", length,
            $"a multiple of {unit}, because each of the {channels.Count} layers of {key} halves it: {nearest}");
    }
}
