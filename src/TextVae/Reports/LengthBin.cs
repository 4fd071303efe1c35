using TextVae.Texts;

namespace TextVae.Reports;

/// <summary>Texts of some lengths, in characters, among all of each kind.</summary>
/// <param name="From">The least length.</param>
/// <param name="To">The greatest.</param>
/// <param name="Samples">The share of the made-up texts.</param>
/// <param name="HeldOut">The share of the split's texts.</param>
/// <param name="Training">The share of the training texts.</param>
public sealed record LengthBin(int From, int To, double Samples, double HeldOut, double Training)
{
    private const int MostBins = 24;

    /// <summary>Bins of one width that hold all lengths.</summary>
    internal static IReadOnlyList<LengthBin> Of(EmpiricalDistribution<int> samples, EmpiricalDistribution<int> heldOut, EmpiricalDistribution<int> training)
    {
        var longest = new[] { samples, heldOut, training }.SelectMany(lengths => lengths.Values).Max();
        var width = (longest + MostBins) / MostBins;
        return
        [
            .. Enumerable.Range(0, longest / width + 1).Select(bin =>
            {
                var lengths = Enumerable.Range(bin * width, width).ToArray();
                return new LengthBin(lengths[0], lengths[^1], lengths.Sum(samples.Share), lengths.Sum(heldOut.Share), lengths.Sum(training.Share));
            }),
        ];
    }
}
