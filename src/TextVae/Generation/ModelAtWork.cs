using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Scoring;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A model, and where it is.</summary>
internal sealed record LoadedModel(SavedModel Saved, Device Device);

/// <summary>The posterior of a text: mean and standard deviation of each dimension, [latent].</summary>
internal sealed record EncodedMeans(float[] Mean, float[] StandardDeviation);

/// <summary>What a text costs, in nats, as in <see cref="TextCosts"/>.</summary>
internal sealed record TextCost(double Bound, double Reconstruction, double Kl, float[]? Tokens);

/// <param name="ImportanceSamples">As in <see cref="TextScorer.Score(TextBatch, int, bool)"/>.</param>
/// <param name="PerToken">Whether to give the cost of each token.</param>
/// <param name="Prior">p(z) of the bound.</param>
internal readonly record struct ScoringWay(int ImportanceSamples, bool PerToken, LatentPrior Prior);

/// <summary>What a model computes for any number of texts, on the one thread that it works on.</summary>
/// <param name="loaded">The model, from now on this one's.</param>
/// <param name="meters">Told what is computed.</param>
internal sealed class ModelAtWork(LoadedModel loaded, EngineMeters meters) : IDisposable
{
    private const int PositionsAtOnce = 1 << 14; // that pass the decoder together when texts are scored: of an LSTM with H = 1,000 0.3 GB of gates

    private PreparedModel? _prepared;

    /// <summary>What texts cost the model.</summary>
    public Objective Objective { get; } = new(loaded.Saved.Tokenizer.Vocabulary.PadId, loaded.Saved.File.Data.ScorePadding);

    /// <summary>The model.</summary>
    public SavedModel Saved => loaded.Saved;

    /// <summary>Where it is.</summary>
    public Device Device => loaded.Device;

    /// <summary>The most texts that are scored together.</summary>
    public int ScoredAtOnce => int.Max(1, PositionsAtOnce / Saved.Model.Shape.Length);

    /// <summary>A batch to decode with; the first one has the weights prepared.</summary>
    public DecodingBatch StartBatch()
    {
        using var scope = NewDisposeScope();
        return new DecodingBatch(Saved.Model, _prepared ??= Saved.Model.Prepare().DetachFromDisposeScope(), Device);
    }

    /// <summary>The posteriors of texts, in their order.</summary>
    public IReadOnlyList<EncodedMeans> Encode(IReadOnlyList<TextRow> rows)
    {
        var encoded = new List<EncodedMeans>();
        foreach (var part in FewSizes(rows, TextGenerator.BatchSize))
        {
            using var scope = NewDisposeScope();
            using var evaluation = new EvaluationMode(Saved.Model);
            var posterior = Saved.Model.Encode(TextBatch.Of(part).On(Device));
            encoded.AddRange(Rows(posterior.Mean).Zip(Rows((OneHalf * posterior.LogVariance).exp()), (mean, deviation) => new EncodedMeans(mean, deviation)));
        }
        meters.Encoded(rows.Count);
        return encoded;
    }

    /// <summary>What texts cost, in their order.</summary>
    public IReadOnlyList<TextCost> Score(IReadOnlyList<TextRow> rows, ScoringWay way)
    {
        var scorer = new TextScorer(Saved.Model, Objective, Device);
        var costs = new TextCost[rows.Count];
        var order = Enumerable.Range(0, rows.Count).OrderBy(row => Objective.ScoredPositions(rows[row])).ToList();
        foreach (var part in FewSizes(order, ScoredAtOnce))
        {
            var together = scorer.Score(TextBatch.Of([.. part.Select(row => rows[row])]), way.ImportanceSamples, way.PerToken, way.Prior);
            foreach (var (index, row) in part.Index())
            {
                costs[row] = new TextCost(together.Bound[index], together.Reconstruction[index], together.Kl[index], together.Tokens?[index]);
            }
        }
        meters.Scored(rows.Count);
        return costs;
    }

    /// <summary>Frees the memory of the model.</summary>
    public void Dispose()
    {
        _prepared?.Dispose();
        foreach (var tensor in Saved.Model.parameters().Concat(Saved.Model.buffers()))
        {
            tensor.Dispose();
        }
        Saved.Model.Dispose();
    }

    /// <summary>
    /// Parts whose sizes are few different powers of two: libtorch keeps what it prepares for each shape of a product, and its
    /// memory would grow with every new one.
    /// </summary>
    private static IEnumerable<IReadOnlyList<T>> FewSizes<T>(IReadOnlyList<T> all, int most)
    {
        for (var first = 0; first < all.Count;)
        {
            var count = 1 << int.Log2(int.Min(most, all.Count - first));
            yield return [.. all.Skip(first).Take(count)];
            first += count;
        }
    }

    private static float[][] Rows(Tensor matrix)
    {
        var (numbers, columns) = (matrix.cpu().contiguous().data<float>().ToArray(), (int)matrix.shape[1]); // none in a language model
        return [.. Enumerable.Range(0, (int)matrix.shape[0]).Select(row => numbers[(row * columns)..((row + 1) * columns)])];
    }
}
