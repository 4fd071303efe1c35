using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace TextVae.Stress;

/// <summary>What a process holds, measured again and again while it works: it must not grow.</summary>
/// <param name="unit">What is counted between measurements, in the plural.</param>
internal sealed class Drift(string unit)
{
    private const double PerThousand = 1000;

    private static readonly (string Name, Func<double> Measure, double Limit)[] Kinds =
    [
        ("tensors", () => Tensor.TotalCount, 0.5),
        ("threads", () => Threads, 0.5),
        ("handles", () => Directory.GetFileSystemEntries("/proc/self/fd").Length, 0.5),
        ("kB of memory", () => Environment.WorkingSet / 1024.0, 1024),
    ];

    private readonly List<(double At, double[] Values)> _measured = [];

    private static int Threads
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.Threads.Count;
        }
    }

    /// <summary>Measures, after so many.</summary>
    public void Measure(long done) => _measured.Add((done, [.. Kinds.Select(kind => kind.Measure())]));

    /// <summary>The slopes of the second half, in words; in the first one code is compiled and caches fill.</summary>
    public string Judge()
    {
        var steady = _measured.Skip(_measured.Count / 2).ToList();
        var slopes = Kinds.Select((kind, index) => (kind.Name, kind.Limit, Slope: PerThousand * Slope(steady, index), Last: steady[^1].Values[index])).ToList();
        var words = string.Join(", ", slopes.Select(slope => string.Create(CultureInfo.InvariantCulture, $"{slope.Slope:+0.00;-0.00;0} {slope.Name} (of {slope.Last:N0})")));
        Assert.True(slopes.All(slope => slope.Slope <= slope.Limit), $"found for each 1,000 {unit} {words}; expected at most {string.Join(", ", Kinds.Select(kind => $"{kind.Limit} {kind.Name}"))}");
        return $"{steady[^1].At:N0} {unit}; for each 1,000 {words}";
    }

    /// <summary>Of the line of least squares.</summary>
    private static double Slope(List<(double At, double[] Values)> points, int kind)
    {
        var (at, value) = (points.Average(point => point.At), points.Average(point => point.Values[kind]));
        return points.Sum(point => (point.At - at) * (point.Values[kind] - value)) / points.Sum(point => (point.At - at) * (point.At - at));
    }
}
