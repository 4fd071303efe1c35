namespace TextVae.Generation;

/// <summary>A text in the course of decoding: its hypotheses, all of one length but for those that have ended.</summary>
/// <param name="text">Which one of those to be decoded.</param>
/// <param name="plan">How many hypotheses, and how long a text may be.</param>
internal sealed class TextInProgress(int text, DecodingPlan plan)
{
    private readonly Hypothesis[] _hypotheses =
        [Hypothesis.Empty(plan.Constraint), .. Enumerable.Repeat(Hypothesis.None, plan.Strategy.Width - 1)];

    /// <summary>Which one of those to be decoded.</summary>
    public int Text => text;

    /// <summary>Of the next token, from 0; of the last one in a whole text.</summary>
    public int Position { get; private set; }

    /// <summary>As many as the strategy keeps.</summary>
    public IReadOnlyList<Hypothesis> Hypotheses => _hypotheses;

    /// <summary>The most probable one.</summary>
    public Hypothesis Best => _hypotheses.MaxBy(hypothesis => hypothesis.LogProbability)!;

    /// <summary>Whether it is as it will stay. A hypothesis only loses probability as it goes on: if the best one has ended, it stays the best.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Takes the next hypotheses, unless it is whole.</summary>
    public void Continue(ReadOnlySpan<Hypothesis> hypotheses)
    {
        if (IsWhole)
        {
            return;
        }
        hypotheses.CopyTo(_hypotheses);
        IsWhole = Position + 1 == plan.Positions || Best.HasEnded;
        Position += IsWhole ? 0 : 1;
    }
}
