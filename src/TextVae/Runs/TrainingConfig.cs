using TextVae.Platform;

namespace TextVae.Runs;

/// <summary>How to train. The defaults are the paper's for Penn Treebank (released settings).</summary>
public sealed record TrainingConfig
{
    private const int MostTexts = 65_536; // of a batch, which is computed at once

    /// <summary>Steps in all: one batch each.</summary>
    public long Steps { get; init; } = 100_000;

    /// <summary>Texts in a batch, at most 65,536.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Whether the texts of a batch are of similar lengths, so that few of its steps have few texts: those of 16 batches are
    /// parted by their length. Batch normalisation then sees like beside like.
    /// </summary>
    public bool SimilarLengths { get; init; }

    /// <summary>Adam's learning rate at the beginning.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps in which the learning rate rises to that, in equal parts.</summary>
    public long WarmUp { get; init; }

    /// <summary>How the learning rate falls.</summary>
    public LearningRateDecay Decay { get; init; } = new();

    /// <summary>Decoupled weight decay (Loshchilov and Hutter 2019): by what share of the learning rate each weight of a matrix shrinks in a step.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of the gradient; a longer one is shortened to it. Null: never.</summary>
    public double? Clip { get; init; }

    /// <summary>Updates the encoder more often than the decoder at the beginning (He et al. 2019). Null: never.</summary>
    public AggressiveEncoder? Aggressive { get; init; }

    /// <summary>Steps between two reports of the training loss.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>Steps between two validations.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>Most texts of a validation: evenly spaced, if there are more (paper: 100 batches).</summary>
    public int ValidationTexts { get; init; } = 6_400;

    /// <summary>After how many validations at the full KL weight without a better bound training ends. Null: after <see cref="Steps"/> only.</summary>
    public int? Patience { get; init; }

    /// <summary>Steps between two checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>All randomness is a function of it, of the step and of the purpose.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Threads of the computation, at most 1,024, in each process; 0 is one for each core that it has to itself.</summary>
    public int Threads { get; init; }

    /// <summary>The arithmetic: <c>auto</c>, <c>float32</c> or <c>bfloat16</c>.</summary>
    public Precision Precision { get; init; }

    /// <summary>Where to compute: <c>cpu</c> or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>The learning rate of a step, counted from 1.</summary>
    internal double LearningRateAt(long step) => LearningRate * Math.Min(1, (double)step / Math.Max(WarmUp, 1)) * Decay.At(step, Steps);

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.AtLeast(1, Steps, "training.steps");
        Check.Within(2, MostTexts, BatchSize, "training.batchSize"); // batch normalisation needs a second text
        Check.Positive(LearningRate, "training.learningRate");
        Check.AtLeast(0, WarmUp, "training.warmUp");
        Decay.Validate();
        Check.Between(0, 1, WeightDecay, "training.weightDecay");
        Check.Positive(Clip ?? 1, "training.clip");
        Aggressive?.Validate();
        Check.AtLeast(1, ReportEvery, "training.reportEvery");
        Check.AtLeast(1, ValidateEvery, "training.validateEvery");
        Check.AtLeast(1, ValidationTexts, "training.validationTexts");
        Check.AtLeast(1, Patience ?? 1, "training.patience");
        Check.AtLeast(1, CheckpointEvery, "training.checkpointEvery");
        Check.Within(0, Devices.MostThreads, Threads, "training.threads");
        Check.That(Precision != Precision.Int8, "training.precision", "int8", "auto, float32 or bfloat16; int8 is for generation alone");
        Check.That(Device is "cpu" or "cuda", "training.device", Device, "cpu or cuda");
    }
}

/// <summary>How the learning rate falls.</summary>
public enum DecayShape
{
    /// <summary>It is multiplied by a factor at regular steps.</summary>
    Steps,

    /// <summary>Along a line that ends at zero, one step after the last.</summary>
    Linear,

    /// <summary>Along half a wave of the cosine that ends there (Loshchilov and Hutter 2017).</summary>
    Cosine,
}

/// <summary>The fall of the learning rate; by default it is multiplied by a factor at regular steps (released settings: 0.95 each 1,000 after 20,000).</summary>
public sealed record LearningRateDecay
{
    /// <summary>How it falls.</summary>
    public DecayShape Shape { get; init; } = DecayShape.Steps;

    /// <summary>What the rate is multiplied by at regular steps.</summary>
    public double Factor { get; init; } = 0.95;

    /// <summary>Steps between two multiplications.</summary>
    public long Every { get; init; } = 1_000;

    /// <summary>The last step at the initial rate.</summary>
    public long After { get; init; } = 20_000;

    /// <summary>What the initial rate is multiplied by at a step.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="steps">All there are.</param>
    public double At(long step, long steps)
    {
        if (step <= After)
        {
            return 1;
        }
        var left = Math.Clamp((steps + 1.0 - step) / (steps + 1.0 - After), 0, 1);
        return Shape switch
        {
            DecayShape.Linear => left,
            DecayShape.Cosine => (1 - Math.Cos(Math.PI * left)) / 2,
            _ => Math.Pow(Factor, (step - After - 1) / Every + 1),
        };
    }

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.That(Enum.IsDefined(Shape), "training.decay.shape", Shape, "steps, linear or cosine");
        Check.Between(0, 1, Factor, "training.decay.factor");
        Check.AtLeast(1, Every, "training.decay.every");
        Check.AtLeast(0, After, "training.decay.after");
    }
}
