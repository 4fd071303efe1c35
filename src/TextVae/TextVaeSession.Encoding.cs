using TextVae.Data;
using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae;

/// <content>Texts as points of the latent space.</content>
public sealed partial class TextVaeSession
{
    /// <summary>The posterior of a text.</summary>
    /// <exception cref="InvalidInputException">
    /// The text is longer than the model's, or has characters that it cannot read; or the model is a language model.
    /// </exception>
    public EncodedText Encode(string text)
    {
        var encoded = Encode([text]).Single();
        return encoded.Fault is { } fault ? throw new InvalidInputException(InputKind.Data, fault) : encoded;
    }

    /// <summary>
    /// The posterior of each text, in their order and as they are read, in constant memory. A text that does not fit the
    /// model is no reason to stop: its vectors are NaN, and its <see cref="EncodedText.Fault"/> says why.
    /// </summary>
    /// <exception cref="InvalidInputException">The model is a language model, and has no latent space.</exception>
    public IEnumerable<EncodedText> Encode(IEnumerable<string> texts)
    {
        RequireLatent();
        return texts.Chunk(TextGenerator.BatchSize).SelectMany(EncodeBatch);
    }

    private EncodedText[] EncodeBatch(string[] texts)
    {
        var batch = _encoding.Read(texts);
        var posteriors = Encode(batch.Texts.Rows);
        var none = Enumerable.Repeat(float.NaN, Shape.Latent).ToArray();
        return [.. texts.Select((text, row) => batch.Faults[row] is { } fault
            ? new EncodedText(text, none, none, 0, fault)
            : new EncodedText(text, posteriors[row].Mean, posteriors[row].StandardDeviation, batch.Unknown[row], null))];
    }

    /// <summary>The means of the texts' posteriors, [latent] each, while the caller's thread is free.</summary>
    internal async Task<float[][]> MeansAsync(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        RequireLatent();
        var rows = _encoding.Encode(texts).Rows;
        return [.. (await _engine.EncodeAsync(rows, cancellation).ConfigureAwait(false)).Select(posterior => posterior.Mean)];
    }

    /// <summary>The means of the texts' posteriors, [texts, latent].</summary>
    private Tensor Means(IReadOnlyList<string> texts) => Matrix([.. Encode(_encoding.Encode(texts).Rows).Select(posterior => posterior.Mean)]);

    private IReadOnlyList<EncodedMeans> Encode(IReadOnlyList<TextRow> rows)
    {
        RequireLatent();
        return Wait(_engine.EncodeAsync(rows));
    }

    private void RequireLatent() =>
        Check.That(Shape.Latent > 0, "model.latent", 0, "a model with a latent vector, as a language model has no latent space");
}
