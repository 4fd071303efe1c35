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
    /// <param name="ids">Its ids: [<see cref="Length"/>].</param>
    void Read(long index, Span<long> ids);

    /// <summary>Which text training takes as its <paramref name="draw"/>-th: a pure function of its arguments.</summary>
    long TrainingIndex(long seed, long draw);

    /// <summary>Which text an evaluation takes as its <paramref name="number"/>-th, below <see cref="EvaluationCount"/>.</summary>
    long EvaluationIndex(long number);
}
