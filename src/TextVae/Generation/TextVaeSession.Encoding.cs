using TextVae.Layers;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <content>Texts as points of the latent space.</content>
public sealed partial class TextVaeSession
{
    /// <summary>The posterior of each text: means and log-variances, each [texts, latent].</summary>
    /// <exception cref="InvalidInputException">A text is longer than the model's, or has characters that it cannot read.</exception>
    public (float[,] Mean, float[,] LogVariance) Encode(IReadOnlyList<string> texts) =>
        Compute(() =>
        {
            var posterior = Posterior(_encoding.Encode(texts));
            return (Matrix(posterior.Mean), Matrix(posterior.LogVariance));
        });

    /// <summary>The means of the texts' posteriors, [latent] each, while the caller's thread is free.</summary>
    internal Task<float[][]> MeansAsync(IReadOnlyList<string> texts, CancellationToken cancellation) =>
        ComputeAsync(() => Means(texts).cpu().data<float>().Chunk(Shape.Latent).ToArray(), cancellation);

    /// <summary>The means of the texts' posteriors, [texts, latent].</summary>
    private Tensor Means(IReadOnlyList<string> texts) => Posterior(_encoding.Encode(texts)).Mean;

    /// <summary>The posteriors of encoded texts.</summary>
    /// <param name="ids">[texts, time], row after row.</param>
    private GaussianPosterior Posterior(long[] ids)
    {
        Check.That(Shape.Latent > 0, "model.latent", 0, "a model with a latent vector, as a language model has no latent space");
        using var evaluation = new EvaluationMode(Saved.Model);
        return Saved.Model.Encode(tensor(ids).view(-1, Shape.Length).to(_device));
    }

    private static float[,] Matrix(Tensor tensor)
    {
        var matrix = new float[tensor.shape[0], tensor.shape[1]];
        var values = tensor.cpu().contiguous().data<float>().ToArray();
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(float));
        return matrix;
    }
}
