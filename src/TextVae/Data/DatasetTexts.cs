using TextVae.Tokenizers;

namespace TextVae.Data;

/// <summary>The texts of a dataset as a model sees them.</summary>
public static class DatasetTexts
{
    private const int BatchSize = 256;

    /// <summary>Streams the texts of an evaluation: normalised, and with U+FFFD for unknown tokens.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="tokenizer">What made its tokens.</param>
    /// <param name="limit">The most texts, evenly spaced over all; null for all.</param>
    public static IEnumerable<string> Read(ITextDataset dataset, ITokenizer tokenizer, long? limit = null)
    {
        var batches = new EvaluationBatches(dataset, BatchSize, limit);
        foreach (var batch in batches.Read())
        {
            for (var text = 0; text < batch.Count; text++)
            {
                yield return tokenizer.Decode(batch[text]);
            }
        }
    }
}
