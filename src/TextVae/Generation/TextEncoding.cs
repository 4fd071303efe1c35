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
    public TokenBatch Read(IReadOnlyList<string> texts)
    {
        var (all, lengths) = (new int[texts.Count * config.Length], new int[texts.Count]);
        var batch = new TokenBatch(new TextBatch(all, lengths), new string?[texts.Count], new int[texts.Count]);
        Array.Fill(all, tokenizer.Vocabulary.PadId);
        var ids = new List<int>();
        foreach (var (row, text) in texts.Index())
        {
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
        if (windows ? tokens == config.Length : tokens < config.Length)
        {
            return null;
        }
        var expected = windows
            ? $"exactly {config.Length}, because this model reads windows of running text"
            : $"at most {config.Length - 1}, what this model reads";
        return $"text '{Shortened.Of(text)}': found {tokens} tokens; expected {expected}";
    }
}
