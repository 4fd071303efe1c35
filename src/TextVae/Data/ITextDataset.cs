namespace TextVae.Data;

/// <summary>Texts of one fixed length as token ids, and the order in which training and evaluation take them.</summary>
public interface ITextDataset : IDisposable
{
    /// <summary>The number of texts.</summary>
    long Count { get; }

    /// <summary>The length T of each, in tokens.</summary>
    int Length { get; }

    /// <summary>What a user should know about the texts, such as how many were left out; one line each.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>How many texts an evaluation has.</summary>
    long EvaluationCount { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="index">Which one, below <see cref="Count"/>.</param>
    /// <param name="ids">Its ids, and padding behind them: [<see cref="Length"/>].</param>
    /// <returns>How many of them are tokens of the text, <c>&lt;end&gt;</c> included.</returns>
    int Read(long index, Span<int> ids);

    /// <summary>The names of the texts' classes, by their numbers; none where the texts have no labels.</summary>
    IReadOnlyList<string> Classes => [];

    /// <summary>The number of a text's class; only where there are <see cref="Classes"/>.</summary>
    /// <param name="index">Which text, below <see cref="Count"/>.</param>
    int Label(long index) => throw new InvalidOperationException("the texts have no labels");

    /// <summary>Which text training takes as its <paramref name="draw"/>-th: a pure function of its arguments.</summary>
    long TrainingIndex(long seed, long draw);

    /// <summary>Which text an evaluation takes as its <paramref name="number"/>-th, below <see cref="EvaluationCount"/>.</summary>
    long EvaluationIndex(long number);

    /// <summary>Reads texts as a batch.</summary>
    /// <param name="indices">Which ones, each below <see cref="Count"/>; at least one.</param>
    sealed TextBatch Read(IReadOnlyList<long> indices)
    {
        var (ids, lengths) = (new int[indices.Count * Length], new int[indices.Count]);
        for (var row = 0; row < lengths.Length; row++)
        {
            lengths[row] = Read(indices[row], ids.AsSpan(row * Length, Length));
        }
        return new TextBatch(ids, lengths, Classes.Count == 0 ? null : [.. indices.Select(Label)]);
    }
}
