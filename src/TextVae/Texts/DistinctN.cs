namespace TextVae.Texts;

/// <summary>
/// Distinct-n (Li et al. 2016): different n-grams of words over all n-grams; 1 where none occurs twice. (They divide by the
/// number of words instead, with which texts of few words cannot reach 1.) More texts have less.
/// </summary>
public static class DistinctN
{
    /// <summary>Distinct-n of texts; NaN where no text has n words.</summary>
    public static double Of(IEnumerable<string> texts, int n)
    {
        var (all, different) = (0L, new HashSet<string>());
        foreach (var gram in texts.SelectMany(text => WordNgrams.Of(WordNgrams.Words(text), n)))
        {
            all++;
            different.Add(gram);
        }
        return (double)different.Count / all;
    }
}
