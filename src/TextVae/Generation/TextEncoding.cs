using TextVae.Data;
using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Generation;

/// <summary>Texts that a user gives, as the model reads them: normalised, ended, padded.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="config">How the model's texts became tokens.</param>
internal sealed class TextEncoding(ITokenizer tokenizer, DataConfig config)
{
    /// <summary>The texts as a batch, [texts, time].</summary>
    /// <exception cref="InvalidInputException">A text does not fit the model.</exception>
    public TextBatch Encode(IReadOnlyList<string> texts)
    {
        var batch = Read(texts);
        return batch.Faults.OfType<string>().FirstOrDefault() is { } fault ? throw new InvalidInputException(InputKind.Data, fault) : batch.Texts;
    }

    /// <summary>As <see cref="Encode"/>, where texts that do not fit are no reason to stop.</summary>
    public ReadTexts Read(IReadOnlyList<string> texts)
    {
        var (all, lengths) = (new int[texts.Count * config.Length], new int[texts.Count]);
        var batch = new ReadTexts(new TextBatch(all, lengths), new string?[texts.Count], new int[texts.Count]);
        Array.Fill(all, tokenizer.Vocabulary.PadId);
        var ids = new List<int>();
        foreach (var (row, text) in texts.Index())
        {
            ArgumentNullException.ThrowIfNull(text, nameof(texts));
            ids.Clear();
            batch.Faults[row] = Unreadable(text, ids) ?? Fault(text, ids.Count);
            if (batch.Faults[row] is not null)
            {
                continue;
            }
            batch.Unknown[row] = tokenizer.Vocabulary.UnknownId is { } unknown ? ids.Count(id => id == unknown) : 0;
            if (tokenizer.Vocabulary.EndId is { } end && config.Texts == TextKind.Lines)
            {
                ids.Add(end);
            }
            ids.CopyTo(all, row * config.Length);
            lengths[row] = ids.Count;
        }
        return batch;
    }

    /// <summary>A text that is longer than the model reads as several of about the same length, as few as can be; none where it does not fit for another reason.</summary>
    /// <returns>The pieces, and how many of their tokens are <c>&lt;unk&gt;</c>.</returns>
    public (IReadOnlyList<TextRow> Rows, int Unknown) Pieces(string text)
    {
        var ids = new List<int>();
        var most = config.Texts == TextKind.Windows ? config.Length : config.Length - 1;
        if (Unreadable(text, ids) is not null || ids.Count <= most)
        {
            return ([], 0);
        }
        var (count, end) = ((ids.Count + most - 1) / most, config.Texts == TextKind.Lines ? tokenizer.Vocabulary.EndId : null);
        var (all, lengths) = (new int[checked(count * config.Length)], new int[count]);
        Array.Fill(all, tokenizer.Vocabulary.PadId);
        for (var piece = 0; piece < count; piece++)
        {
            var (from, to) = ((int)((long)ids.Count * piece / count), (int)((long)ids.Count * (piece + 1) / count));
            ids.CopyTo(from, all, piece * config.Length, to - from);
            lengths[piece] = to - from;
            if (end is { } id)
            {
                all[piece * config.Length + lengths[piece]++] = id;
            }
        }
        return (new TextBatch(all, lengths).Rows, ids.Count(id => id == tokenizer.Vocabulary.UnknownId));
    }

    /// <summary>Appends a text's ids; why it has none where the vocabulary cannot say a character of it.</summary>
    private string? Unreadable(string text, List<int> ids)
    {
        try
        {
            tokenizer.Encode(TextNormalization.Normalize(text, config.Normalize), ids);
            return null;
        }
        catch (InvalidInputException error)
        {
            return $"text '{Shortened.Of(text)}': {error.Message}";
        }
    }

    private string? Fault(string text, int tokens)
    {
        var windows = config.Texts == TextKind.Windows;
        if (windows ? tokens >= 1 && tokens <= config.Length : tokens < config.Length)
        {
            return null;
        }
        var expected = windows
            ? $"1 to {config.Length}, as this model reads windows of running text"
            : $"at most {config.Length - 1}, what this model reads";
        return $"text '{Shortened.Of(text)}': found {tokens} tokens; expected {expected}";
    }
}

/// <summary>Texts that a user gives, as a model reads them.</summary>
/// <param name="Texts">A text that does not fit is padding.</param>
/// <param name="Faults">Why each text does not fit; null where it does.</param>
/// <param name="Unknown">Tokens of each text that became <c>&lt;unk&gt;</c>.</param>
internal sealed record ReadTexts(TextBatch Texts, string?[] Faults, int[] Unknown)
{
    /// <summary>The texts that fit, in their order.</summary>
    public IReadOnlyList<TextRow> Fitting => [.. Texts.Rows.Where((_, row) => Faults[row] is null)];

    /// <summary>Texts that a dataset has, all of which fit.</summary>
    public static ReadTexts WithoutFault(TextBatch texts) => new(texts, new string?[texts.Count], new int[texts.Count]);
}
