using TextVae.Latent;

namespace TextVae.Generation;

/// <summary>Texts around another one, as far away as was wanted.</summary>
/// <param name="Reconstruction">What the model makes of the text itself: distances are measured from there.</param>
/// <param name="Radius">Standard deviation of the noise on the text's posterior mean, in standard deviations of the prior.</param>
/// <param name="Distance">The mean normalised edit distance to the reconstruction, over the texts of a calibration.</param>
/// <param name="Wanted">The distance that was asked for.</param>
/// <param name="Texts">The texts, each with its own distance.</param>
public sealed record Neighborhood(string Reconstruction, double Radius, double Distance, double Wanted, IReadOnlyList<NearbyText> Texts)
{
    /// <summary>
    /// Whether the wanted distance was reached. It is not where even unrelated texts are nearer, where decoding draws and so
    /// gives different texts without any noise, or where a text changes all at once.
    /// </summary>
    public bool IsReached => Math.Abs(Distance - Wanted) <= RadiusSearch.Tolerance;
}

/// <summary>A text of a neighbourhood.</summary>
/// <param name="Text">The text.</param>
/// <param name="Distance">Its normalised edit distance to the reconstruction.</param>
public sealed record NearbyText(GeneratedText Text, double Distance);

/// <summary>The middle of many texts.</summary>
/// <param name="Text">The text decoded there.</param>
/// <param name="Mean">The mean of the texts' posterior means, [latent].</param>
/// <param name="Texts">How many; texts that do not fit the model do not count.</param>
/// <param name="Distance">
/// How far their posterior means lie from there, in standard deviations of the prior: the root of the mean squared length of
/// the difference. For draws from the prior itself it is the square root of the latent size.
/// </param>
public sealed record Centroid(GeneratedText Text, IReadOnlyList<float> Mean, long Texts, double Distance)
{
    /// <inheritdoc/>
    public bool Equals(Centroid? other) => other is not null
        && (Text, Texts, Distance).Equals((other.Text, other.Texts, other.Distance)) && Mean.HasSameValues(other.Mean);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Text, Texts, Mean.HashOfValues());
}

/// <summary>Groups of near-duplicates.</summary>
/// <param name="Radius">Pairs within this distance in the latent space were compared character by character.</param>
/// <param name="Groups">Each of at least two texts, in the order of their first ones.</param>
public sealed record Duplicates(double Radius, IReadOnlyList<IReadOnlyList<Duplicate>> Groups);

/// <summary>A text of a group of near-duplicates.</summary>
/// <param name="Index">Which one it is among all that were searched, from 0.</param>
/// <param name="Text">The text.</param>
public sealed record Duplicate(long Index, string Text);
