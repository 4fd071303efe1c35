using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// A decoding strategy: how the texts of a batch go on, by one token at a time. Texts of equal strategies are chosen for
/// together.
/// </summary>
internal interface IDecodingStrategy
{
    /// <summary>How many hypotheses of each text it keeps: rows side by side, of which the most probable is the text.</summary>
    int Width { get; }

    /// <summary>Chooses for each row which one it continues, and by which token.</summary>
    Choice Choose(DecodingStep step);
}

/// <summary>What a strategy chooses by: texts side by side, each at a position of its own.</summary>
/// <param name="LogProbabilities">
/// The model's, [rows, vocabulary], row after row; minus infinity where a token is forbidden. A text that has ended goes on
/// with <c>&lt;pad&gt;</c>, which then costs nothing.
/// </param>
/// <param name="Scores">The sum of log-probabilities of each row up to here; minus infinity for a row that is none.</param>
/// <param name="Positions">Of the next token of each row in its text, from 0.</param>
/// <param name="Seeds">What draws the tokens of each row's text.</param>
internal sealed record DecodingStep(ReadOnlyMemory<float> LogProbabilities, double[] Scores, long[] Positions, long[] Seeds)
{
    /// <summary>V.</summary>
    public int Vocabulary => LogProbabilities.Length / Scores.Length;

    /// <summary>The log-probabilities as a tensor, [rows, vocabulary], float64.</summary>
    public Tensor Matrix()
    {
        using var scope = NewDisposeScope();
        var matrix = empty(Scores.Length, Vocabulary);
        MemoryMarshal.AsBytes(LogProbabilities.Span).CopyTo(matrix.bytes);
        return matrix.to(float64).MoveToOuterDisposeScope();
    }
}

/// <summary>How the rows go on.</summary>
/// <param name="Tokens">The next token of each.</param>
/// <param name="Parents">The row of the same text that each continues; null: itself.</param>
internal sealed record Choice(long[] Tokens, long[]? Parents = null);
