using TextVae.Texts;

namespace TextVae.Data;

/// <summary>
/// Every window of fixed length in a running text (paper, section 4: samples from random positions). Evaluations take
/// consecutive windows that do not overlap.
/// </summary>
internal sealed class WindowDataset : ITextDataset
{
    private readonly TokenFile _tokens;

    /// <summary>The windows of a token file, which the dataset then owns.</summary>
    /// <param name="tokens">The running text.</param>
    /// <param name="length">The length T of a window.</param>
    /// <param name="name">The text's name for errors and notes.</param>
    /// <param name="invalidUtf8">What became of bytes that are no UTF-8.</param>
    /// <exception cref="InvalidInputException">The text is shorter than a window.</exception>
    public WindowDataset(TokenFile tokens, int length, string name, InvalidUtf8 invalidUtf8 = InvalidUtf8.Fail)
    {
        if (tokens.TokenCount < length)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: a window longer than the text: found {tokens.TokenCount:N0} tokens, expected at least {length:N0} (data.length)");
        }
        (_tokens, Length) = (tokens, length);
        Notes = [.. DatasetNotes.Damaged(name, tokens), .. Mending.Notes(name, invalidUtf8, tokens.Counts.Invalid, isRunning: true), .. DatasetNotes.Unknown(name, tokens.Counts)];
    }

    /// <summary>The number of positions.</summary>
    public long Count => _tokens.TokenCount - Length + 1;

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <inheritdoc/>
    public long EvaluationCount => _tokens.TokenCount / Length;

    /// <inheritdoc/>
    public int Read(long index, Span<int> ids)
    {
        _tokens.Read(index, ids[..Length]);
        return Length;
    }

    /// <inheritdoc/>
    public long TrainingIndex(long seed, long draw) => Randomness.Below(Count, Randomness.Seed(seed, draw, RandomStream.Data));

    /// <inheritdoc/>
    public long EvaluationIndex(long number) => number * Length;

    /// <inheritdoc/>
    public void Dispose() => _tokens.Dispose();
}
