using TextVae.Data;
using TextVae.Models;
using TextVae.Runs;
using TextVae.Texts;

namespace TextVae;

/// <summary>How far the reading of the training texts is.</summary>
/// <param name="Texts">Texts read.</param>
/// <param name="Of">Of how many.</param>
public readonly record struct ReadingProgress(long Texts, long Of);

/// <summary>The texts that a model has learned from: to find texts among, and to compare texts with.</summary>
/// <param name="Index">The texts; null where they are windows of running text, which begin anywhere.</param>
/// <param name="Statistics">What they are like.</param>
/// <param name="Validation">What texts are like that the model has not learned from.</param>
/// <param name="ValidationLikeness">How many of these are among the training texts or near duplicates of them.</param>
internal sealed record TrainingReference(
    NearDuplicateIndex? Index, TextStatistics Statistics, TextStatistics Validation, IReadOnlyDictionary<Likeness, int>? ValidationLikeness)
{
    /// <summary>Reads them again.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="saved">Its model.</param>
    /// <param name="selection">What they are needed for.</param>
    /// <param name="count">The most validation texts.</param>
    /// <param name="seed">Chooses the texts that diversity is measured on.</param>
    /// <param name="reading">Told how many have been read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidInputException">They cannot be read or looked up, or have changed since.</exception>
    public static TrainingReference Read(
        RunFolder run, SavedModel saved, SelectionOptions selection, int count, long seed, IProgress<ReadingProgress>? reading, CancellationToken cancellationToken)
    {
        var windows = saved.File.Data.Texts == TextKind.Windows;
        if (windows && selection.Novel)
        {
            throw new InvalidInputException(InputKind.Usage, "novel texts: found a model of windows, which begin anywhere in running text; expected a model of lines, whose training texts can be looked up") { Property = "novel texts" };
        }
        using var corpus = run.OpenCorpus(saved.Tokenizer);
        var (index, statistics, validation) = (windows ? null : new NearDuplicateIndex(selection.Distance), new TextStatistics(seed), new TextStatistics(seed));
        foreach (var text in DatasetTexts.Read(corpus.Train, saved.Tokenizer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            index?.Add(text);
            statistics.Add(text);
            reading?.Report(new ReadingProgress(statistics.Lengths.Total, corpus.Train.EvaluationCount));
        }
        var unseen = DatasetTexts.Read(corpus.Validation, saved.Tokenizer, count).ToList();
        unseen.ForEach(validation.Add);
        return new TrainingReference(index, statistics, validation, index is null ? null : unseen.CountBy(index.Find).ToDictionary());
    }
}
