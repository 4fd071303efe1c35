using TextVae.Runs;

namespace TextVae.Tests.Runs;

public class LearningRateTests
{
    private static readonly TrainingConfig Training = new() { Steps = 1_000, LearningRate = 0.1 };

    private static double[] At(LearningRateDecay decay, params long[] steps) => [.. steps.Select(step => (Training with { Decay = decay }).LearningRateAt(step))];

    [Fact]
    public void By_default_it_falls_as_in_the_released_settings() =>
        Assert.Equal([1, 1, 0.95, 0.95, 0.95 * 0.95], new long[] { 1, 20_000, 20_001, 21_000, 21_001 }.Select(step => new LearningRateDecay().At(step, 100_000)), Close);

    [Fact]
    public void It_falls_along_a_line_to_zero_after_the_last_step() =>
        Assert.Equal([0.1, 0.1, 0.1 * 700 / 801, 0.1 / 801, 0], At(new LearningRateDecay { Shape = DecayShape.Linear, After = 200 }, 1, 200, 301, 1_000, 2_000), Close);

    [Fact]
    public void It_falls_along_a_cosine_that_is_half_way_down_in_the_middle()
    {
        var rates = At(new LearningRateDecay { Shape = DecayShape.Cosine, After = 1 }, 1, 501, 1_000);
        Assert.Equal([0.1, 0.05, 0], rates, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void It_rises_in_equal_parts_while_it_warms_up() =>
        Assert.Equal([0.025, 0.05, 0.1, 0.1], new long[] { 1, 2, 4, 5 }.Select(step => (Training with { WarmUp = 4 }).LearningRateAt(step)), Close);

    [Fact]
    public void What_makes_no_sense_is_refused_by_its_key()
    {
        Refuse(Training with { WarmUp = -1 }, "training.warmUp is -1");
        Refuse(Training with { Decay = new LearningRateDecay { Shape = (DecayShape)7 } }, "training.decay.shape");
        Refuse(Training with { WeightDecay = -0.1 }, "training.weightDecay");
        Refuse(Training with { Patience = 0 }, "training.patience is 0");
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static void Refuse(TrainingConfig config, string part) => Data.Refusal.Is(InputKind.Usage, config.Validate, part);
}
