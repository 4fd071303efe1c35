namespace TextVae.Evaluation;

/// <summary>
/// The area under the ROC curve: the probability that a positive has a higher score than a negative, a tie counting half
/// (the statistic of Mann and Whitney, divided by the number of pairs). 0.5 is what chance gives.
/// </summary>
public static class RocArea
{
    /// <summary>The area; NaN where there are no positives or no negatives.</summary>
    public static double Of(IEnumerable<double> positives, IEnumerable<double> negatives)
    {
        var groups = positives.Select(score => (score, Positive: 1L)).Concat(negatives.Select(score => (score, Positive: 0L)))
            .GroupBy(one => one.score, one => one.Positive).OrderBy(group => group.Key);
        var (won, above, below) = (0.0, 0L, 0L); // pairs won; positives and negatives so far
        foreach (var group in groups)
        {
            var (count, positive) = (group.Count(), group.Sum());
            won += positive * (below + (count - positive) / 2.0);
            above += positive;
            below += count - positive;
        }
        return won / (above * below);
    }
}
