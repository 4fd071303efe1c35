using static TorchSharp.torch;

namespace TextVae.Reports;

/// <summary>Texts where their posterior means lie in the plane in which these vary most, by their first two principal components.</summary>
/// <param name="Points">The texts.</param>
/// <param name="Variance">The share of the means' variance that lies in the plane, 0 to 1.</param>
public sealed record LatentMap(IReadOnlyList<MappedText> Points, double Variance)
{
    /// <param name="texts">At least two.</param>
    internal static LatentMap Of(IReadOnlyList<EncodedText> texts)
    {
        using var scope = NewDisposeScope();
        var latent = texts[0].Mean.Length;
        var means = tensor(texts.SelectMany(text => text.Mean).ToArray()).view(texts.Count, latent).to(float64);
        var centered = means - means.mean([0], keepdim: true);
        var (values, vectors) = linalg.eigh(centered.t().mm(centered)); // rising
        var axes = vectors.narrow(1, int.Max(0, latent - 2), int.Min(2, latent)).flip(1);
        axes *= axes.gather(0, axes.abs().argmax(0, keepdim: true)).sign(); // of the two directions of an axis, always the same
        var places = centered.mm(axes).data<double>().ToArray();
        var dimensions = (int)axes.shape[1];
        var (inPlane, all) = (values.narrow(0, latent - dimensions, dimensions).sum().item<double>(), values.sum().item<double>());
        return new LatentMap(
            [.. texts.Select((text, row) => new MappedText(text.Text, places[row * dimensions], dimensions > 1 ? places[row * dimensions + 1] : 0))],
            all > 0 ? inPlane / all : 1);
    }
}

/// <summary>A text on the map.</summary>
/// <param name="Text">The text.</param>
/// <param name="X">Along the direction of the greatest variance.</param>
/// <param name="Y">Along the next one.</param>
public sealed record MappedText(string Text, double X, double Y);
