using System.Diagnostics;
using TextVae.Platform;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Cli.Benchmarks;

/// <summary>
/// Times training steps from the end of one to the end of the next, and between them the machine's matrix products, so that
/// whatever else the machine does slows down both.
/// </summary>
/// <param name="steps">Steps to time.</param>
/// <param name="enough">Called after the last of them.</param>
internal sealed class StepClock(int steps, Action enough) : ITrainingObserver
{
    /// <summary>Steps before the timed ones: compilation, memory, libtorch's own first times.</summary>
    public const int WarmUp = 5;

    private const int PeakMeasurements = 5;
    private static readonly int[] Sizes = [1024, 2048]; // which one is faster depends on the machine's caches and cores

    private readonly List<double> _seconds = [];
    private long _since;

    /// <summary>What the trainer trains.</summary>
    public TrainingStart? Training { get; private set; }

    /// <summary>Seconds of the median step.</summary>
    public double Median => _seconds.Median();

    /// <summary>The best rate of a product of large matrices, in GFLOP/s.</summary>
    public double PeakGflops { get; private set; }

    /// <summary>The most memory that was resident until the last step, in MB.</summary>
    public double PeakResidentMegabytes { get; private set; }

    /// <summary>The arithmetic of the model's products, and of those that gave the peak.</summary>
    public ScalarType Products { get; private set; }

    public void Started(TrainingStart start)
    {
        (Training, Products) = (start, ProductsInUse.Of(start.Model));
        _since = Stopwatch.GetTimestamp();
    }

    public void Stepped(long step)
    {
        var elapsed = Stopwatch.GetElapsedTime(_since).TotalSeconds;
        if (step > WarmUp)
        {
            _seconds.Add(elapsed);
        }
        if (step >= WarmUp && (step - WarmUp) % Math.Max(1, steps / PeakMeasurements) == 0)
        {
            PeakGflops = Sizes.Select(size => MatrixProductRate.Measure(Products, size, seconds: 0.1)).Append(PeakGflops).Max();
        }
        if (_seconds.Count == steps)
        {
            PeakResidentMegabytes = Measurement.PeakResidentMegabytes();
            enough();
        }
        _since = Stopwatch.GetTimestamp();
    }
}
