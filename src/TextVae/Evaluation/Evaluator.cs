using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>Measures a model on a set of texts: the same model and texts give the same figures, in training and after.</summary>
/// <param name="model">The model; it is in evaluation mode while it is measured.</param>
/// <param name="objective">Gives the terms.</param>
/// <param name="tokenizer">Counts the characters.</param>
/// <param name="device">Where the model is.</param>
/// <param name="seed">Draws the posterior's noise, one batch at a time.</param>
public sealed class Evaluator(TextVaeModel model, Objective objective, ITokenizer tokenizer, Device device, long seed = 0)
{
    private const double ActiveVariance = 0.01;

    /// <summary>The ELBO's terms and the active units.</summary>
    /// <param name="batches">The texts.</param>
    /// <param name="progress">Told the texts done.</param>
    public EvaluationResult Evaluate(EvaluationBatches batches, Action<long>? progress = null)
    {
        using var evaluation = new EvaluationMode(model);
        using var scope = NewDisposeScope();
        var terms = zeros(3, dtype: float64); // reconstruction, KL, auxiliary
        var means = zeros(2, model.Shape.Latent, dtype: float64); // sum and sum of squares of the posterior's means
        long texts = 0, characters = 0;
        for (var batch = 0L; batch < batches.Count; batch++)
        {
            using var step = NewDisposeScope();
            var ids = batches.Read(batch);
            var tokens = tensor(ids).view(-1, model.Shape.Length).to(device); // [batch, time]
            var output = model.Forward(tokens, model.Previous(tokens), Noise(batch, (int)tokens.shape[0]));
            var loss = objective.Terms(output, tokens);
            terms.add_(stack([loss.Reconstruction, loss.Kl, loss.Auxiliary]).to(float64).sum(-1).cpu());
            var mean = output.Posterior.Mean.to(float64).cpu();
            means.add_(stack([mean, mean.square()]).sum(1));
            texts += tokens.shape[0];
            characters += tokenizer.CountCharacters(ids);
            progress?.Invoke(texts);
        }
        var average = (terms / texts).data<double>().ToArray();
        var variance = means[1] / texts - (means[0] / texts).square();
        return new EvaluationResult
        {
            Texts = texts,
            Characters = characters,
            Reconstruction = average[0],
            Kl = average[1],
            Auxiliary = average[2],
            ActiveUnits = (int)variance.gt(ActiveVariance).sum().item<long>(),
        };
    }

    private Tensor Noise(long batch, int texts)
    {
        using var generator = new Generator(Randomness.Seed(seed, batch, RandomStream.Evaluation));
        return randn(texts, model.Shape.Latent, generator: generator).to(device);
    }
}
