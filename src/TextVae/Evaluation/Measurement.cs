using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Evaluation;

/// <summary>What is measured, and with what.</summary>
/// <param name="Model">The model; it is in evaluation mode while a batch is measured.</param>
/// <param name="Objective">Gives the terms.</param>
/// <param name="Tokenizer">Counts the characters.</param>
/// <param name="Device">Where the model is.</param>
/// <param name="Seed">Draws all noise, one batch at a time.</param>
internal sealed record EvaluatedModel(TextVaeModel Model, Objective Objective, ITokenizer Tokenizer, Device Device, long Seed)
{
    /// <summary>A prior to measure the bound under, too; null: N(0, I) alone.</summary>
    public LatentPrior? Fitted { get; init; }
}

/// <summary>
/// Figures of a model on a set of texts, gathered one batch at a time: between two batches it holds numbers and no tensors, so
/// that the model may serve others meanwhile.
/// </summary>
/// <param name="evaluated">The model.</param>
/// <param name="batches">The texts.</param>
/// <param name="shard">Which part of the batches.</param>
internal abstract class Measurement<TResult>(EvaluatedModel evaluated, EvaluationBatches batches, Shard shard)
{
    private readonly (long First, long Count) _range = shard.Range(batches.Count, block: 1);
    private long _measured; // batches

    /// <summary>Texts that there are to measure.</summary>
    public long Of => long.Min(batches.Used, (_range.First + _range.Count) * batches.BatchSize) - _range.First * batches.BatchSize;

    /// <summary>Texts measured.</summary>
    protected long Texts { get; private set; }

    /// <summary>Whether a batch is left.</summary>
    public bool IsToGoOn => _measured < _range.Count;

    /// <summary>What is measured.</summary>
    protected EvaluatedModel Evaluated => evaluated;

    /// <summary>Characters of the texts measured.</summary>
    protected long Characters { get; private set; }

    /// <summary>Tokens of them that cost.</summary>
    protected long Tokens { get; private set; }

    /// <summary>Whether the model has a latent vector.</summary>
    protected bool HasLatent => evaluated.Model.Shape.Latent > 0;

    /// <summary>Measures the next batch.</summary>
    /// <returns>Texts measured.</returns>
    public long MeasureBatch()
    {
        using var scope = NewDisposeScope();
        using var evaluation = new EvaluationMode(evaluated.Model);
        var batch = _range.First + _measured;
        var texts = batches.Read(batch).On(evaluated.Device);
        Measure(batch, texts);
        Texts += texts.Count;
        Characters += evaluated.Tokenizer.CountCharacters(texts.Ids);
        Tokens += evaluated.Objective.CountScored(texts);
        _measured++;
        return Texts;
    }

    /// <summary>What the batches measured gave.</summary>
    public abstract TResult Result { get; }

    /// <summary>Gathers the figures of one batch, in a scope.</summary>
    /// <param name="batch">Its number, from 0.</param>
    /// <param name="texts">Its texts, on the model's device.</param>
    protected abstract void Measure(long batch, TextBatch texts);

    /// <summary>The numbers of a tensor, row after row.</summary>
    protected static double[] Values(Tensor tensor) =>
        tensor.numel() == 0 ? [] : tensor.to(float64).cpu().contiguous().data<double>().ToArray(); // TorchSharp cannot copy an empty tensor
}
