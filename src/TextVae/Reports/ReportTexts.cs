using TextVae.Data;
using TextVae.Tokenizers;

namespace TextVae.Reports;

/// <summary>The real texts of a report, as the model sees them.</summary>
/// <param name="TrainingTexts">Training texts that there are.</param>
/// <param name="Training">Those that are read, evenly spaced.</param>
/// <param name="ForBaselines">Those of these that baselines learn from.</param>
/// <param name="HeldOut">Those of the split.</param>
internal sealed record ReportTexts(long TrainingTexts, IReadOnlyList<string> Training, IReadOnlyList<string> ForBaselines, IReadOnlyList<string> HeldOut)
{
    /// <param name="training">The texts that were learned from.</param>
    /// <param name="heldOut">The texts to measure on.</param>
    /// <param name="tokenizer">Theirs.</param>
    /// <param name="options">How many.</param>
    /// <param name="limit">The most texts to measure on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static ReportTexts Read(ITextDataset training, ITextDataset heldOut, ITokenizer tokenizer, ReportOptions options, int limit, CancellationToken cancellationToken)
    {
        var known = new List<string>();
        foreach (var text in DatasetTexts.Read(training, tokenizer, options.TrainingTexts))
        {
            cancellationToken.ThrowIfCancellationRequested();
            known.Add(text);
        }
        return new ReportTexts(training.EvaluationCount, known, ForBaselinesOf(known, options), [.. DatasetTexts.Read(heldOut, tokenizer, limit)]);
    }

    /// <summary>As many of the training texts as baselines learn from.</summary>
    public static IReadOnlyList<string> ForBaselinesOf(IReadOnlyList<string> training, ReportOptions options)
    {
        var characters = training.Sum(text => (long)text.Length);
        return Spaced(training, (int)long.Clamp((long)training.Count * options.BaselineCharacters / long.Max(1, characters), 1, training.Count));
    }

    /// <summary>So many of the texts, evenly spaced; all where there are no more.</summary>
    public static IReadOnlyList<string> Spaced(IReadOnlyList<string> texts, int count) => texts.Count <= count ? texts
        : [.. Enumerable.Range(0, count).Select(number => texts[(int)((long)number * texts.Count / count)])];
}
