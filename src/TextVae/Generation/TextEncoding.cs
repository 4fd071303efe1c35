using TextVae.Data;

namespace TextVae.Generation;

/// <summary>Texts that a user gives, as the model reads them: normalised, ended, padded.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="config">How the model's texts became tokens.</param>
internal sealed class TextEncoding(ITokenizer tokenizer, DataConfig config)
{
    /// <summary>Ids of the texts, row after row, [texts, time].</summary>
    /// <exception cref="InvalidInputException">A text does not fit the model.</exception>
    public long[] Encode(IReadOnlyList<string> texts)
    {
        var ids = new long[texts.Count * config.Length];
        foreach (var (row, text) in texts.Index())
        {
            Encode(text, ids.AsSpan(row * config.Length, config.Length));
        }
        return ids;
    }

    private void Encode(string text, Span<long> into)
    {
        var ids = new List<int>();
        tokenizer.Encode(TextNormalization.Normalize(text, config.Normalize), ids);
        var windows = config.Texts == TextKind.Windows;
        if (windows ? ids.Count != config.Length : ids.Count >= config.Length)
        {
            var expected = windows
                ? $"exactly {config.Length}, because this model reads windows of running text"
                : $"at most {config.Length - 1}, what this model reads";
            throw new InvalidInputException(InputKind.Data, $"text '{Shortened(text)}': found {ids.Count} tokens; expected {expected}");
        }
        if (tokenizer.Vocabulary.EndId is { } end && !windows)
        {
            ids.Add(end);
        }
        into.Fill(tokenizer.Vocabulary.PadId);
        foreach (var (position, id) in ids.Index())
        {
            into[position] = id;
        }
    }

    private static string Shortened(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
}
