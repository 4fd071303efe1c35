using System.Runtime.CompilerServices;
using TextVae.Generation;

namespace TextVae;

/// <content>Texts as points of the latent space.</content>
public sealed partial class TextVaeSession
{
    /// <summary>The posterior of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidInputException">
    /// The text is longer than the model's, or has characters that it cannot read; or the model is a language model.
    /// </exception>
    public EncodedText Encode(string text, CancellationToken cancellationToken = default) => Wait(EncodeAsync(text, cancellationToken));

    /// <summary>As <see cref="Encode(string, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<EncodedText> EncodeAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        RequireLatent();
        var encoded = (await EncodeChunkAsync([text], cancellationToken).ConfigureAwait(false))[0];
        return encoded.Fault is { } fault ? throw new InvalidInputException(InputKind.Data, fault) : encoded;
    }

    /// <summary>The posterior of each text, in their order and as they are read.</summary>
    /// <param name="texts">As many as there are. The vectors of one that does not fit the model are NaN, and its <see cref="EncodedText.Fault"/> says why.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The model is a language model, and has no latent space.</exception>
    public IEnumerable<EncodedText> Encode(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return EncodeAsync(texts.ToAsyncEnumerable(), cancellationToken).ToBlockingEnumerable(cancellationToken);
    }

    /// <summary>As <see cref="Encode(IEnumerable{string}, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="texts">As many as there are.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<EncodedText> EncodeAsync(IAsyncEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        RequireLatent();
        return EncodeStreamAsync(texts, cancellationToken);
    }

    private async IAsyncEnumerable<EncodedText> EncodeStreamAsync(
        IAsyncEnumerable<string> texts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in texts.Chunk(TextsAtOnce).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            foreach (var encoded in await EncodeChunkAsync(chunk, cancellationToken).ConfigureAwait(false))
            {
                yield return encoded;
            }
        }
    }

    private async Task<EncodedText[]> EncodeChunkAsync(string[] texts, CancellationToken cancellationToken)
    {
        var read = _encoding.Read(texts);
        var posteriors = new Queue<EncodedMeans>(await _engine.EncodeAsync(read.Fitting, cancellationToken).ConfigureAwait(false));
        var none = Enumerable.Repeat(float.NaN, Shape.Latent).ToArray();
        return [.. texts.Select((text, row) => read.Faults[row] is { } fault
            ? new EncodedText(text, none, none, 0, fault)
            : Encoded(text, posteriors.Dequeue(), read.Unknown[row]))];
    }

    private static EncodedText Encoded(string text, EncodedMeans posterior, int unknown) =>
        new(text, posterior.Mean, posterior.StandardDeviation, unknown, null);

    /// <summary>The means of the posteriors of texts that must fit, row after row.</summary>
    private async Task<float[][]> MeansAsync(string[] texts, CancellationToken cancellationToken)
    {
        foreach (var text in texts)
        {
            ArgumentNullException.ThrowIfNull(text, nameof(texts));
        }
        RequireLatent();
        var rows = _encoding.Encode(texts).Rows;
        return [.. (await _engine.EncodeAsync(rows, cancellationToken).ConfigureAwait(false)).Select(posterior => posterior.Mean)];
    }
}
