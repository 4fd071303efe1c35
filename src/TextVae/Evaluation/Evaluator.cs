using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>Measures a model on a set of texts: the same model and texts give the same figures, in training and after.</summary>
/// <param name="model">The model; it is in evaluation mode while it is measured.</param>
/// <param name="objective">Gives the terms.</param>
/// <param name="tokenizer">Counts the characters.</param>
/// <param name="device">Where the model is.</param>
/// <param name="seed">Draws all noise, one batch at a time.</param>
public sealed class Evaluator(TextVaeModel model, Objective objective, ITokenizer tokenizer, Device device, long seed = 0)
{
    private readonly EvaluatedModel _evaluated = new(model, objective, tokenizer, device, seed);

    /// <summary>As above, under a prior beside the standard one, too.</summary>
    internal Evaluator(EvaluatedModel evaluated)
        : this(evaluated.Model, evaluated.Objective, evaluated.Tokenizer, evaluated.Device, evaluated.Seed) => _evaluated = evaluated;

    /// <summary>The ELBO's terms, and how much of the latent vector is in use.</summary>
    /// <param name="batches">The texts.</param>
    /// <param name="progress">Told the texts done.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public EvaluationResult Evaluate(EvaluationBatches batches, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        Run(Bound(batches, Shard.Whole), progress, cancellationToken).Result(cancellationToken);

    /// <summary>The importance-weighted bound. A language model has its exact likelihood, whatever K.</summary>
    /// <param name="batches">The texts.</param>
    /// <param name="samples">K: samples from each text's posterior.</param>
    /// <param name="progress">Told the texts done.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ImportanceWeightedResult ImportanceWeighted(
        EvaluationBatches batches, int samples, IProgress<long>? progress = null, CancellationToken cancellationToken = default) =>
        Run(ImportanceWeightedBound(batches, samples, Shard.Whole), progress, cancellationToken).Result();

    /// <summary>What <see cref="Evaluate"/> runs, to be run batch by batch.</summary>
    internal Measurement<MeasuredBound> Bound(EvaluationBatches batches, Shard shard) => new BoundMeasurement(_evaluated, batches, shard);

    /// <summary>What <see cref="ImportanceWeighted"/> runs, to be run batch by batch.</summary>
    internal Measurement<MeasuredCosts> ImportanceWeightedBound(EvaluationBatches batches, int samples, Shard shard) =>
        new ImportanceWeightedMeasurement(_evaluated, batches, samples, shard);

    private static T Run<T>(Measurement<T> measurement, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        while (measurement.IsToGoOn)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var texts = measurement.MeasureBatch();
            progress?.Report(texts);
        }
        return measurement.Result;
    }
}
