namespace TextVae.Tests.Latent;

/// <summary>Texts with vectors of one's own choice.</summary>
internal static class Vectors
{
    public static EncodedText Text(string text, params float[] mean) =>
        new(text, mean, [.. mean.Select(value => Math.Abs(value) + 0.5f)], 0, null);

    public static EncodedText Misfit(string text, int latent) =>
        new(text, [.. Enumerable.Repeat(float.NaN, latent)], [.. Enumerable.Repeat(float.NaN, latent)], 0, $"text '{text}' is too long");

    /// <summary>A vector of numbers from -1 to 1.</summary>
    public static float[] Random(Random random, int latent) => [.. Enumerable.Range(0, latent).Select(_ => 2 * random.NextSingle() - 1)];
}
