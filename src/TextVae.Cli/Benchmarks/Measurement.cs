using System.Diagnostics;

namespace TextVae.Cli.Benchmarks;

/// <summary>What benchmarks measure.</summary>
internal static class Measurement
{
    /// <summary>The middle of some numbers.</summary>
    public static double Median(this IEnumerable<double> numbers)
    {
        var ordered = numbers.Order().ToArray();
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    /// <summary>The most memory that this process has had resident, in MB (10^6 bytes).</summary>
    public static double PeakResidentMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }
}
