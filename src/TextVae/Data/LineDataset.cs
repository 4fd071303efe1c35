using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Data;

/// <summary>
/// Texts that each have an end: tokens, <c>&lt;end&gt;</c>, then <c>&lt;pad&gt;</c> up to the fixed length (paper,
/// section 4.3). Training takes every text once a pass, each pass in another order.
/// </summary>
internal sealed class LineDataset : ITextDataset
{
    private readonly TokenFile _tokens;
    private readonly int _end;
    private readonly int _pad;

    /// <summary>The texts of a token file, which the dataset then owns.</summary>
    /// <param name="tokens">Texts of at most <paramref name="length"/> - 1 tokens, and pieces of longer ones, of <paramref name="length"/>.</param>
    /// <param name="length">The length T of all texts, <c>&lt;end&gt;</c> and padding included.</param>
    /// <param name="tokenizer">The tokeniser that made the tokens.</param>
    /// <param name="name">The texts' name for errors and notes.</param>
    /// <param name="invalidUtf8">What became of bytes that are no UTF-8.</param>
    /// <param name="longer">What became of longer texts.</param>
    /// <exception cref="InvalidInputException">There is no text, or the vocabulary has no <c>&lt;end&gt;</c>.</exception>
    public LineDataset(TokenFile tokens, int length, ITokenizer tokenizer, string name, InvalidUtf8 invalidUtf8 = InvalidUtf8.Fail, LongTexts longer = LongTexts.Drop)
    {
        var vocabulary = tokenizer.Vocabulary;
        var counts = tokens.Counts;
        if (counts.Texts == 0)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: found no text ({counts.Empty:N0} empty lines, {counts.TooLong:N0} texts of more than {length - 1:N0} {tokenizer.Kind}), expected at least one{(counts.TooLong > 0 ? "; data.length says how long a text may be, data.long=cut or split keeps longer ones" : "")}");
        }
        _tokens = tokens;
        _end = vocabulary.EndId ?? throw new InvalidInputException(InputKind.Usage, $"data.texts: found lines and a vocabulary without {Vocabulary.End}, expected windows or a vocabulary learned from lines");
        _pad = vocabulary.PadId;
        Length = length;
        Notes = [.. DatasetNotes.Damaged(name, tokens), .. Mending.Notes(name, invalidUtf8, counts.Invalid, isRunning: false), .. DatasetNotes.Long(name, counts, length - 1, tokenizer.Kind, longer), .. DatasetNotes.Empty(name, counts), .. DatasetNotes.Unknown(name, counts)];
    }

    /// <inheritdoc/>
    public long Count => _tokens.TextCount;

    /// <inheritdoc/>
    public int Length { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes { get; }

    /// <inheritdoc/>
    public long EvaluationCount => Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The number of each text's class, if there are classes.</summary>
    public IReadOnlyList<int> Labels { get; init; } = [];

    /// <inheritdoc/>
    public int Label(long index) => Labels[(int)index];

    /// <inheritdoc/>
    public int Read(long index, Span<int> ids)
    {
        var length = _tokens.ReadText(index, ids[..Length]);
        if (length == Length)
        {
            return Length; // a piece of a longer text, which does not end here
        }
        ids[length] = _end;
        ids[(length + 1)..Length].Fill(_pad);
        return length + 1;
    }

    /// <inheritdoc/>
    public long TrainingIndex(long seed, long draw)
    {
        var (pass, position) = Math.DivRem(draw, Count);
        return new Permutation(Count, Randomness.Seed(seed, pass, RandomStream.Data))[position];
    }

    /// <inheritdoc/>
    public long EvaluationIndex(long number) => number;

    /// <inheritdoc/>
    public void Dispose() => _tokens.Dispose();
}
