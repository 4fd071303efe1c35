using TextVae.Generation.Constraints;

namespace TextVae.Generation;

/// <summary>A text in the course of decoding. Immutable.</summary>
/// <param name="Tokens">Its tokens, with <c>&lt;end&gt;</c> if it has that.</param>
/// <param name="LogProbability">Their log-probability under the model, in nats; minus infinity for what is no text.</param>
/// <param name="State">Where the constraint is.</param>
/// <param name="HasEnded">Whether nothing can follow.</param>
internal sealed record Hypothesis(int[] Tokens, double LogProbability, int State, bool HasEnded)
{
    /// <summary>The empty text.</summary>
    public static Hypothesis Empty(RegexConstraint constraint) => new([], 0, constraint.Start, false);

    /// <summary>What fills a row that is not used yet.</summary>
    public static Hypothesis None { get; } = new([], double.NegativeInfinity, 0, true);

    /// <summary>The text with one more token; an ended text stays as it is.</summary>
    /// <param name="token">The token.</param>
    /// <param name="logProbability">Minus infinity if it may not follow.</param>
    /// <param name="plan">What ends a text, and the constraint.</param>
    public Hypothesis With(int token, double logProbability, DecodingPlan plan) =>
        double.IsNegativeInfinity(logProbability) ? None
        : HasEnded ? this
        : token == plan.EndId ? new([.. Tokens, token], LogProbability + logProbability, State, true)
        : new([.. Tokens, token], LogProbability + logProbability, plan.Constraint.Next(State, token), false);
}
