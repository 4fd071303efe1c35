using System.Security.Cryptography;
using System.Text.Json.Serialization;
using TextVae.Data;
using TextVae.Models;
using TextVae.Runs;
using TextVae.Storage;

namespace TextVae.Scoring;

/// <summary>
/// What the texts that a run was validated by cost in bits per character: what a text's percentile is among. They are
/// scored once for each way of scoring and kept in the run folder (docs/formats.md).
/// </summary>
/// <remarks>
/// Not nats, because the nats of a text are mostly its length: of 1,200 tweets, a third of them with something planted that
/// kept their length, the ROC area was 0.84 by nats and 0.94 by bits per character (benchmarks/anomalies.cs).
/// </remarks>
internal static class ValidationScores
{
    private const int MostTexts = 2_000; // the error of a percentile near 99 is then 0.2
    private const int MostSamples = 20_000; // of all texts, but never fewer than the texts that follow
    private const int FewestTexts = 200;

    /// <summary>The distribution for a way of scoring: as kept for these weights, else measured and kept.</summary>
    /// <param name="run">The run.</param>
    /// <param name="saved">The run's model.</param>
    /// <param name="options">How texts are scored.</param>
    /// <param name="prior">The fitted prior that they are scored under; null: N(0, I).</param>
    /// <param name="score">Scores the texts of batches.</param>
    /// <param name="measuring">Told, before they are scored, how many texts there are.</param>
    /// <exception cref="InvalidInputException">The training data is no longer there or no longer the same, or the model has diverged.</exception>
    public static ScoreDistribution Of(
        RunFolder run, SavedModel saved, ScoringOptions options, FittedPrior? prior, Func<IEnumerable<TextBatch>, IEnumerable<TextScore>> score, IProgress<long>? measuring = null)
    {
        var method = options.ImportanceSamples == 0 ? "elbo" : $"importance-{options.ImportanceSamples}";
        var path = run.At($"validation-scores.{method}{(prior is null ? "" : ".fitted-prior")}.json");
        var weights = Hash(run.At(SavedModel.WeightsName));
        if (Kept(path) is { } kept && (kept.WeightsSha256, kept.PriorSha256) == (weights, prior?.Sha256))
        {
            return new ScoreDistribution(kept.BitsPerCharacter);
        }
        using var corpus = run.OpenCorpus(saved.Tokenizer);
        var texts = int.Clamp(MostSamples / int.Max(1, options.ImportanceSamples), FewestTexts, MostTexts);
        var batches = new EvaluationBatches(corpus.Validation, options.ReadAhead, texts);
        measuring?.Report(batches.Used);
        double[] costs = [.. score(batches.Read()).Select(score => score.BitsPerCharacter).OfType<double>().Where(double.IsFinite)];
        if (costs.Length == 0)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{run.Path}: found no finite score of a validation text; expected a model that has not diverged");
        }
        var distribution = ScoreDistribution.Of(costs);
        Keep(path, new ValidationScoresFile { WeightsSha256 = weights, PriorSha256 = prior?.Sha256, Texts = batches.Used, BitsPerCharacter = distribution.Quantiles });
        return distribution;
    }

    private static string Hash(string path)
    {
        using var file = PlainFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static ValidationScoresFile? Kept(string path)
    {
        try
        {
            return JsonFile.Read<ValidationScoresFile>(path) is { BitsPerCharacter.Count: >= 2 } file && IsAscending(file.BitsPerCharacter) ? file : null;
        }
        catch (InvalidInputException) // Not kept yet, or damaged: measure them.
        {
            return null;
        }
    }

    private static bool IsAscending(IReadOnlyList<double> quantiles) =>
        quantiles.All(double.IsFinite) && quantiles.Zip(quantiles.Skip(1)).All(pair => pair.First <= pair.Second);

    private static void Keep(string path, ValidationScoresFile file)
    {
        try
        {
            JsonFile.Write(path, file);
        }
        catch (InvalidInputException)
        {
            // A run folder that cannot be written to serves all the same; they are measured again the next time.
        }
    }
}

/// <summary>What <c>validation-scores.METHOD.json</c> holds.</summary>
internal sealed record ValidationScoresFile
{
    /// <summary>SHA-256 of the <c>model.safetensors</c> that scored.</summary>
    public string WeightsSha256 { get; init; } = "";

    /// <summary>SHA-256 of the data of the <c>prior.safetensors</c> that they were scored under; null: N(0, I).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PriorSha256 { get; init; }

    /// <summary>How many texts were scored.</summary>
    public long Texts { get; init; }

    /// <summary>Evenly spaced quantiles of their bits per character, from the smallest to the largest.</summary>
    public IReadOnlyList<double> BitsPerCharacter { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(ValidationScoresFile? other) => other is not null
        && (WeightsSha256, PriorSha256, Texts) == (other.WeightsSha256, other.PriorSha256, other.Texts) && BitsPerCharacter.HasSameValues(other.BitsPerCharacter);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(WeightsSha256, PriorSha256, Texts, BitsPerCharacter.HashOfValues());
}
