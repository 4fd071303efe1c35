using TextVae.Evaluation;
using TextVae.Reports;
using TextVae.Texts;

namespace TextVae;

/// <summary>What a run came to.</summary>
public sealed record RunReport
{
    /// <summary>What the session calls the model.</summary>
    public required string Name { get; init; }

    /// <summary>Which texts the bound, the baselines and the reconstructions are of.</summary>
    public required TextSplit Split { get; init; }

    /// <summary>Training texts that there are, and how many of them samples were looked up among.</summary>
    public required long TrainingTexts { get; init; }

    /// <inheritdoc cref="TrainingTexts"/>
    public required int TrainingTextsRead { get; init; }

    /// <summary>How many the baselines have learned from.</summary>
    public required int BaselineTexts { get; init; }

    /// <summary>What of a report makes no sense of this model, and why; one sentence each.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>The bound on the split's texts, and whether the latent vector is in use.</summary>
    public required EvaluationResult Bound { get; init; }

    /// <summary>What the same texts cost simpler models.</summary>
    public required IReadOnlyList<BaselineCost> Baselines { get; init; }

    /// <summary>Null for a language model.</summary>
    public ReconstructionFigures? Reconstruction { get; init; }

    /// <summary>Texts that the model made up, in each way of decoding.</summary>
    public required IReadOnlyList<SampleFigures> Samples { get; init; }

    /// <summary>The same figures of the split's texts; for the reverse perplexity, of as many training texts as there are samples.</summary>
    public required SampleFigures Real { get; init; }

    /// <summary>The first kind of samples beside the split's texts and the training texts; null where the samples have no characters.</summary>
    public CorpusComparison? Comparison { get; init; }

    /// <summary>The lengths of these texts; none for windows of running text.</summary>
    public required IReadOnlyList<LengthBin> Lengths { get; init; }

    /// <summary>Null for a language model, and where it was not asked for.</summary>
    public LatentMap? Map { get; init; }

    /// <summary>How the training went.</summary>
    public required TrainingCurves Curves { get; init; }

    /// <summary>Ways from one of the split's texts to another; none for a language model.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Interpolations { get; init; }
}

/// <summary>How far a report is.</summary>
/// <param name="Stage">What is being measured.</param>
/// <param name="Done">Stages done.</param>
/// <param name="Of">Of how many.</param>
public readonly record struct ReportProgress(string Stage, int Done, int Of);
