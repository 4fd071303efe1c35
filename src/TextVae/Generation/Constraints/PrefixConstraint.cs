namespace TextVae.Generation.Constraints;

/// <summary>A text begins with given tokens, and is as another constraint says as a whole.</summary>
internal sealed class PrefixConstraint : ITokenConstraint
{
    private readonly ITokenConstraint _whole;
    private readonly int[] _prefix;
    private readonly int _after; // the whole text's constraint after the prefix
    private readonly float[] _mask;

    /// <summary>A prefix of at least one token, each of which may stand in a text.</summary>
    public PrefixConstraint(ITokenConstraint whole, IReadOnlyList<int> prefix, int vocabulary)
    {
        (_whole, _prefix, _mask) = (whole, [.. prefix], new float[vocabulary]);
        _after = _prefix.Aggregate(whole.Start, whole.Next);
    }

    /// <summary>States below zero are inside the prefix: -1 before its last token, and so on down.</summary>
    public int Start => -_prefix.Length;

    /// <inheritdoc/>
    public int Next(int state, int token) => state < -1 ? state + 1 : state == -1 ? _after : _whole.Next(state, token);

    /// <inheritdoc/>
    public bool CanFinish(int state, int remaining) => state >= 0
        ? _whole.CanFinish(state, remaining)
        : remaining + state >= 0 && _whole.CanFinish(_after, remaining + state);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Mask(int state, int remaining)
    {
        if (state >= 0)
        {
            return _whole.Mask(state, remaining);
        }
        _mask.AsSpan().Fill(float.NegativeInfinity);
        _mask[_prefix[_prefix.Length + state]] = 0;
        return _mask;
    }
}
