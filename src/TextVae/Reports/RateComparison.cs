using static System.FormattableString;

namespace TextVae.Reports;

/// <summary>Runs that differ in how much their latent vector says of a text, and in nothing else.</summary>
public sealed record RateComparison
{
    private const double Margin = 0.02; // of the least reverse bits: so much is the chance of some hundred samples

    private const double FarFromReal = 1.5; // times the reverse bits of real texts

    /// <param name="trials">At least one.</param>
    /// <param name="real">The same figures of the held-out texts themselves.</param>
    public RateComparison(IEnumerable<RateTrial> trials, SampleFigures real)
    {
        Trials = [.. trials.OrderBy(trial => trial.Kl)];
        (Real, Recommended) = (real, Choose(Eligible));
    }

    /// <summary>The runs, from the least KL on.</summary>
    public IReadOnlyList<RateTrial> Trials { get; }

    /// <summary>What samples are measured by: <see cref="SampleFigures.ForwardBits"/> of held-out texts, <see cref="SampleFigures.ReverseBits"/> of as many training texts as there are samples.</summary>
    public SampleFigures Real { get; }

    /// <summary>
    /// The run whose rate to train at: of those whose samples say as much of real texts as the best do, to 2% of the reverse bits, the
    /// one that reconstructs best. Reverse bits rise with bad samples and with samples that are all alike, and are fewest at the rates
    /// at which the vector says what the decoder needs and the prior can still draw; among these a vector that says more is of more use.
    /// Runs that came to another KL than was asked for, and those without figures, are left out, as far as there are others.
    /// </summary>
    public RateTrial Recommended { get; }

    /// <summary>Whether even the best samples are so far from real texts that the runs were too short to tell much.</summary>
    public bool IsTooEarly => !(Recommended.ReverseBits <= FarFromReal * Real.ReverseBits);

    /// <summary>Why, in one sentence.</summary>
    public string Reason
    {
        get
        {
            var (chosen, equals) = (Recommended, Equals(Eligible).Count);
            var name = chosen.Nats is { } nats ? Invariant($"{nats} nats are recommended") : "the KL as it comes is recommended";
            var bits = Invariant($"{chosen.ReverseBits:F2} bits per character under their n-grams, {Real.ReverseBits:F2} under those of as many real texts");
            var why = equals == 1
                ? $"at no other rate do samples say as much about real texts ({bits})"
                : Invariant($"samples say as much about real texts as the best, to 2% ({bits}), and of the {equals} rates of which that is true none has more characters reconstructed ({100 * chosen.CharactersRight:F0}%)");
            return $"{name}: {why}{(IsTooEarly ? "; but these are far from each other, so longer runs would tell more" : "")}";
        }
    }

    private IReadOnlyList<RateTrial> Eligible
    {
        get
        {
            RateTrial[] whole = [.. Trials.Where(trial => double.IsFinite(trial.ReverseBits))];
            RateTrial[] onTarget = [.. whole.Where(trial => !trial.MissesTarget)];
            return onTarget.Length > 0 ? onTarget : whole.Length > 0 ? whole : Trials;
        }
    }

    private static RateTrial Choose(IReadOnlyList<RateTrial> trials) => Equals(trials).MaxBy(trial => trial.CharactersRight)!;

    /// <summary>Those that are as good as the best.</summary>
    private static IReadOnlyList<RateTrial> Equals(IReadOnlyList<RateTrial> trials)
    {
        var least = trials.Min(trial => trial.ReverseBits);
        return [.. trials.Where(trial => !(trial.ReverseBits > (1 + Margin) * least))];
    }
}
