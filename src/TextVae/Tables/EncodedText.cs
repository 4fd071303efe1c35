namespace TextVae;

/// <summary>A text as a region of the latent space: its posterior q(z|x), a diagonal Gaussian. Compared by the vectors' values.</summary>
/// <param name="Text">The text, as it was given.</param>
/// <param name="Mean">mu, [latent]; NaN where the text does not fit the model.</param>
/// <param name="StandardDeviation">sigma, [latent]; NaN where the text does not fit the model.</param>
/// <param name="Unknown">Tokens of the text that the model does not know, and read as <c>&lt;unk&gt;</c>.</param>
/// <param name="Fault">Why the text does not fit the model, such as its length; null where it does.</param>
public sealed record EncodedText(string Text, float[] Mean, float[] StandardDeviation, int Unknown, string? Fault)
{
    /// <summary>Whether the model can read the text, and the vectors are numbers.</summary>
    public bool Fits => Fault is null;

    /// <inheritdoc/>
    public bool Equals(EncodedText? other) => other is not null
        && (Text, Unknown, Fault) == (other.Text, other.Unknown, other.Fault)
        && Mean.HasSameValues(other.Mean) && StandardDeviation.HasSameValues(other.StandardDeviation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Mean.HashOfValues());
}
