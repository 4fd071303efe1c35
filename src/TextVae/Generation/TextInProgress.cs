namespace TextVae.Generation;

/// <summary>A text in the course of decoding: its hypotheses, all of one length but for those that have ended.</summary>
/// <param name="request">Who asked for it, and how it is decoded.</param>
/// <param name="index">Which one of the request's texts.</param>
internal sealed class TextInProgress(DecodingRequest request, int index)
{
    private readonly Hypothesis[] _hypotheses =
        [Hypothesis.Empty(request.Plan.Constraint), .. Enumerable.Repeat(Hypothesis.None, request.Plan.Strategy.Width - 1)];

    /// <summary>Who asked for it.</summary>
    public DecodingRequest Request => request;

    /// <summary>How it is decoded.</summary>
    public DecodingPlan Plan => request.Plan;

    /// <summary>Which one of the request's texts.</summary>
    public int Index => index;

    /// <summary>What its tokens are drawn from, if they are drawn: of the plan's seed and of which text it is among all of that seed.</summary>
    public long Seed { get; } = (long)Randomness.Seed(request.Plan.Seed, request.FirstText + index, RandomStream.Sampling);

    /// <summary>The row of the batch where its hypotheses begin.</summary>
    public int FirstRow { get; set; }

    /// <summary>Of the next token, from 0; of the last one in a whole text.</summary>
    public int Position { get; private set; }

    /// <summary>As many as the strategy keeps.</summary>
    public ReadOnlySpan<Hypothesis> Hypotheses => _hypotheses;

    /// <summary>The most probable one.</summary>
    public Hypothesis Best => _hypotheses.MaxBy(hypothesis => hypothesis.LogProbability)!;

    /// <summary>Why there will be no text.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Whether it is as it will stay. A hypothesis only loses probability as it goes on: if the best one has ended, it stays the best.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Takes the next hypotheses.</summary>
    public void Continue(ReadOnlySpan<Hypothesis> hypotheses)
    {
        hypotheses.CopyTo(_hypotheses);
        IsWhole = Position + 1 == Plan.Positions || Best.HasEnded;
        Position += IsWhole ? 0 : 1;
    }
}
