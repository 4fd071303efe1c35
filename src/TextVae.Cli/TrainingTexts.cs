using TextVae.Data;
using TextVae.Runs;
using TextVae.Texts;

namespace TextVae.Cli;

/// <summary>The texts that a model has learned from: to find texts among, and to compare texts with.</summary>
/// <param name="Index">The texts; null where they are windows of running text, which begin anywhere.</param>
/// <param name="Statistics">What they are like.</param>
/// <param name="Validation">What texts are like that the model has not learned from.</param>
/// <param name="ValidationLikeness">How many of these are among the training texts or near duplicates of them.</param>
internal sealed record TrainingTexts(
    NearDuplicateIndex? Index, TextStatistics Statistics, TextStatistics Validation, IReadOnlyDictionary<Likeness, int>? ValidationLikeness)
{
    /// <summary>Reads them again.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="session">Its model.</param>
    /// <param name="request">What they are needed for.</param>
    /// <param name="count">The most validation texts.</param>
    /// <param name="seed">Chooses the texts that diversity is measured on.</param>
    /// <exception cref="InvalidInputException">They cannot be read or looked up, or have changed since.</exception>
    public static TrainingTexts Read(string run, TextVaeSession session, SelectionRequest request, int count, long seed)
    {
        var windows = session.Saved.File.Data.Texts == TextKind.Windows;
        if (windows && request.Novel)
        {
            throw new InvalidInputException(InputKind.Usage, "--novel: found a model of windows, which begin anywhere in running text; expected a model of lines, whose training texts can be looked up");
        }
        using var corpus = new RunFolder(run).OpenCorpus(session.Saved.Tokenizer);
        var (index, statistics, validation) = (windows ? null : new NearDuplicateIndex(request.Distance), new TextStatistics(seed), new TextStatistics(seed));
        Progress.Of("reading the training texts", corpus.Train.EvaluationCount, report =>
        {
            foreach (var text in DatasetTexts.Read(corpus.Train, session.Saved.Tokenizer))
            {
                index?.Add(text);
                statistics.Add(text);
                report?.Invoke(statistics.Lengths.Total);
            }
            return statistics;
        });
        var unseen = DatasetTexts.Read(corpus.Validation, session.Saved.Tokenizer, count).ToList();
        unseen.ForEach(validation.Add);
        return new TrainingTexts(index, statistics, validation, index is null ? null : unseen.CountBy(index.Find).ToDictionary());
    }
}
