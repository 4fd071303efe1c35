using TextVae.Evaluation;
using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>The loss between two reports. The sums stay on the device: adding to them does not wait for it, reporting does.</summary>
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
        _sums.add_(stack([terms.Reconstruction.mean(), terms.Kl.mean(), terms.Auxiliary.mean(), gradientNorm]));
        _characters += characters;
        _steps++;
    }

    public void AddTime(double seconds) => _seconds += seconds;

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();

    /// <summary>The means since the last report; starts anew.</summary>
    /// <exception cref="InvalidInputException">A term is infinite or no number.</exception>
    public TrainingReport Report(long step, double beta, double learningRate, double secondsInAll)
    {
        using var scope = NewDisposeScope();
        var means = (_sums / _steps).to(float64).cpu().data<double>().ToArray();
        var (reconstruction, kl, auxiliary, norm) = (means[0], means[1], means[2], means[3]);
        if (!double.IsFinite(reconstruction + kl + auxiliary + norm))
        {
            throw new InvalidInputException(InputKind.Usage,
                $"step {step}: reconstruction is {reconstruction}, KL {kl}, gradient norm {norm}; expected finite numbers:"
                + $" train again with a smaller training.learningRate or with training.clip");
        }
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
}
