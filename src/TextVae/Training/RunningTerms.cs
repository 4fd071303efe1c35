using TextVae.Evaluation;
using TextVae.Objectives;
using TextVae.Runs;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>The loss between two reports. The sums stay on the device: adding to them does not wait for it, reporting and saving do.</summary>
internal sealed class RunningTerms(int batchSize, Device device) : IDisposable
{
    private readonly Tensor _sums = zeros(4, device: device).DetachFromDisposeScope();
    private long _characters;
    private int _steps;
    private double _seconds;

    public void Add(LossTerms terms, Tensor gradientNorm, long characters)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _sums.add_(stack([terms.Reconstruction.mean(), terms.Kl.mean(), terms.Auxiliary.mean(), gradientNorm]), One);
        _characters += characters;
        _steps++;
    }

    public void AddTime(double seconds) => _seconds += seconds;

    /// <summary>What is summed so far, to the bit.</summary>
    public TermSums Save()
    {
        var sums = Read(_sums);
        return new TermSums
        {
            Steps = _steps,
            Reconstruction = sums[0],
            Kl = sums[1],
            Auxiliary = sums[2],
            GradientNorm = sums[3],
            Characters = _characters,
            Seconds = _seconds,
        };
    }

    /// <summary>Goes on from what was saved.</summary>
    public void GoOnFrom(TermSums sums)
    {
        using var scope = NewDisposeScope();
        _sums.copy_(tensor(new[] { sums.Reconstruction, sums.Kl, sums.Auxiliary, sums.GradientNorm })); // doubles, exactly the floats that they were
        (_characters, _steps, _seconds) = (sums.Characters, sums.Steps, sums.Seconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();

    /// <summary>The means since the last report; starts anew.</summary>
    public TrainingReport Report(long step, double beta, double learningRate, double secondsInAll)
    {
        using var scope = NewDisposeScope();
        var means = Read(_sums.Over(_steps));
        var (reconstruction, kl, auxiliary, norm) = (means[0], means[1], means[2], means[3]);
        var texts = (double)_steps * batchSize;
        var report = new TrainingReport
        {
            Step = step,
            Reconstruction = reconstruction,
            Kl = kl,
            Auxiliary = auxiliary,
            BitsPerCharacter = BitsPerCharacter.From(reconstruction * texts, kl * texts, _characters),
            AuxiliaryBitsPerCharacter = BitsPerCharacter.Of(auxiliary * texts, _characters),
            Beta = beta,
            LearningRate = learningRate,
            GradientNorm = norm,
            CharactersPerSecond = _characters / _seconds,
            Seconds = secondsInAll,
        };
        _sums.zero_();
        (_characters, _steps, _seconds) = (0, 0, 0);
        return report;
    }

    private static double[] Read(Tensor terms)
    {
        using var scope = NewDisposeScope();
        return terms.to(float64).cpu().data<double>().ToArray();
    }
}
