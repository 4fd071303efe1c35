using TextVae.Generation.Constraints;

namespace TextVae.Generation;

/// <summary>
/// A text in the course of decoding, from its last token back to its first: one more token costs the same wherever it stands,
/// and hypotheses share what they begin with. Immutable.
/// </summary>
internal sealed class Hypothesis
{
    private readonly Hypothesis? _before;
    private readonly int _token;

    private Hypothesis(Hypothesis? before, int token, double logProbability, int state, bool hasEnded)
    {
        (_before, _token, Length) = (before, token, before is null ? 0 : before.Length + 1);
        (LogProbability, State, HasEnded) = (logProbability, state, hasEnded);
    }

    /// <summary>The empty text.</summary>
    public static Hypothesis Empty(RegexConstraint constraint) => new(null, 0, 0, constraint.Start, false);

    /// <summary>What fills a row that is not used yet.</summary>
    public static Hypothesis None { get; } = new(null, 0, double.NegativeInfinity, 0, true);

    /// <summary>How many tokens.</summary>
    public int Length { get; }

    /// <summary>The last token; null of the empty text.</summary>
    public int? Last => _before is null ? null : _token;

    /// <summary>The log-probability of the tokens under the model, in nats; minus infinity for what is no text.</summary>
    public double LogProbability { get; }

    /// <summary>Where the constraint is.</summary>
    public int State { get; }

    /// <summary>Whether nothing can follow.</summary>
    public bool HasEnded { get; }

    /// <summary>All tokens, with <c>&lt;end&gt;</c> if it has that.</summary>
    public int[] Tokens()
    {
        var tokens = new int[Length];
        for (var hypothesis = this; hypothesis._before is { } before; hypothesis = before)
        {
            tokens[before.Length] = hypothesis._token;
        }
        return tokens;
    }

    /// <summary>The text with one more token; an ended text stays as it is.</summary>
    /// <param name="token">The token.</param>
    /// <param name="logProbability">Minus infinity if it may not follow.</param>
    /// <param name="plan">What ends a text, and the constraint.</param>
    public Hypothesis With(int token, double logProbability, DecodingPlan plan) =>
        double.IsNegativeInfinity(logProbability) ? None
        : HasEnded ? this
        : token == plan.EndId ? new(this, token, LogProbability + logProbability, State, true)
        : new(this, token, LogProbability + logProbability, plan.Constraint.Next(State, token), false);
}
