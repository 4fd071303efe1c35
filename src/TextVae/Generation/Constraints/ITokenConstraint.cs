namespace TextVae.Generation.Constraints;

/// <summary>
/// What a text may be: a state machine over tokens, in one state for each text. A token is allowed only where the text can
/// still become whole within its length, so that decoding under a constraint never gets stuck.
/// </summary>
internal interface ITokenConstraint
{
    /// <summary>The state before the first token.</summary>
    int Start { get; }

    /// <summary>The state after an allowed token.</summary>
    int Next(int state, int token);

    /// <summary>Whether the text can become whole.</summary>
    /// <param name="state">Where it is.</param>
    /// <param name="remaining">How many more tokens it may have; without <c>&lt;end&gt;</c> in the vocabulary, must have.</param>
    bool CanFinish(int state, int remaining);

    /// <summary>What may come next, for each token: 0, or minus infinity where it is forbidden; <c>&lt;end&gt;</c> included.</summary>
    /// <param name="state">Where the text is.</param>
    /// <param name="remaining">As in <see cref="CanFinish"/>.</param>
    ReadOnlySpan<float> Mask(int state, int remaining);
}
