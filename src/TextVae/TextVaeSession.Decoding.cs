using System.Runtime.CompilerServices;
using TextVae.Generation;
using static TextVae.Platform.TensorArithmetic;

namespace TextVae;

/// <content>Latent vectors as texts, and texts again.</content>
public sealed partial class TextVaeSession
{
    /// <summary>The text of a latent vector.</summary>
    /// <param name="vector">[latent], such as <see cref="EncodedText.Mean"/>.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The vector is of another size, or has a number that is not finite; or an option makes no sense.</exception>
    public GeneratedText Decode(ReadOnlyMemory<float> vector, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(DecodeAsync(vector, options, cancellationToken));

    /// <summary>As <see cref="Decode(ReadOnlyMemory{float}, SamplingOptions?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="vector">[latent].</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<GeneratedText> DecodeAsync(ReadOnlyMemory<float> vector, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        RequireLatent();
        var plan = Plan(options, cancellationToken);
        if (FaultOf(vector) is { } fault)
        {
            throw new InvalidInputException(InputKind.Data, fault);
        }
        return (await DecodeAllAsync(new LatentVectors(1, vector.ToArray()), plan, cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>The texts of latent vectors, in their order and as they are made.</summary>
    /// <param name="vectors">As many as there are, [latent] each. One of another size, or with a number that is not finite, has a fault in place of a text.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">An option makes no sense, or the model has no latent space.</exception>
    public IEnumerable<DecodedVector> Decode(
        IEnumerable<ReadOnlyMemory<float>> vectors, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        return DecodeAsync(vectors.ToAsyncEnumerable(), options, cancellationToken).ToBlockingEnumerable(cancellationToken);
    }

    /// <summary>As <see cref="Decode(IEnumerable{ReadOnlyMemory{float}}, SamplingOptions?, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="vectors">As many as there are, [latent] each.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<DecodedVector> DecodeAsync(
        IAsyncEnumerable<ReadOnlyMemory<float>> vectors, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        RequireLatent();
        return DecodeStreamAsync(vectors, Plan(options, cancellationToken), cancellationToken);
    }

    /// <summary>A text decoded from the mean of its posterior.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="sampleLatent">From a sample of the posterior, which the options' seed draws, in place of its mean.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">The text is longer than the model's, or has characters that it cannot read; or an option makes no sense.</exception>
    public Reconstruction Reconstruct(string text, SamplingOptions? options = null, bool sampleLatent = false, CancellationToken cancellationToken = default) =>
        Wait(ReconstructAsync(text, options, sampleLatent, cancellationToken));

    /// <summary>As <see cref="Reconstruct(string, SamplingOptions?, bool, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="sampleLatent">From a sample of the posterior in place of its mean.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Reconstruction> ReconstructAsync(
        string text, SamplingOptions? options = null, bool sampleLatent = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        var texts = new[] { text }.ToAsyncEnumerable();
        var reconstruction = await ReconstructAsync(texts, options, sampleLatent, first: 0, cancellationToken).SingleAsync(cancellationToken).ConfigureAwait(false);
        return reconstruction.Fault is { } fault ? throw new InvalidInputException(InputKind.Data, fault) : reconstruction;
    }

    /// <summary>Texts decoded from the means of their posteriors, in their order and as they are made.</summary>
    /// <param name="texts">As many as there are. One that does not fit the model has a <see cref="Reconstruction.Fault"/>.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="sampleLatent">From a sample of each posterior, which the options' seed draws, in place of its mean.</param>
    /// <param name="first">The number of the first text, by which random numbers are drawn: texts before it that do not fit the model do not count.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">An option makes no sense.</exception>
    public IEnumerable<Reconstruction> Reconstruct(
        IEnumerable<string> texts, SamplingOptions? options = null, bool sampleLatent = false, long first = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return ReconstructAsync(texts.ToAsyncEnumerable(), options, sampleLatent, first, cancellationToken).ToBlockingEnumerable(cancellationToken);
    }

    /// <summary>As <see cref="Reconstruct(IEnumerable{string}, SamplingOptions?, bool, long, CancellationToken)"/>, without holding the caller's thread.</summary>
    /// <param name="texts">As many as there are.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="sampleLatent">From a sample of each posterior in place of its mean.</param>
    /// <param name="first">The number of the first text.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<Reconstruction> ReconstructAsync(
        IAsyncEnumerable<string> texts, SamplingOptions? options = null, bool sampleLatent = false, long first = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new SamplingOptions();
        return ReconstructStreamAsync(texts, Plan(options, cancellationToken), sampleLatent ? options.Seed : null, first, cancellationToken);
    }

    private async IAsyncEnumerable<DecodedVector> DecodeStreamAsync(
        IAsyncEnumerable<ReadOnlyMemory<float>> vectors, DecodingPlan plan, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = 0L;
        await foreach (var chunk in vectors.Chunk(TextsAtOnce).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var faults = Array.ConvertAll(chunk, FaultOf);
            // A vector that cannot be keeps its place, so that the others' texts depend on their own numbers alone.
            var values = Joined(chunk.Select((vector, index) => faults[index] is null ? vector.ToArray() : new float[Shape.Latent]));
            var index = 0;
            await foreach (var text in DecodeAsync(new LatentVectors(chunk.Length, values), plan, first, cancellationToken).ConfigureAwait(false))
            {
                yield return faults[index] is { } fault ? new DecodedVector(null, fault) : new DecodedVector(text, null);
                index++;
            }
            first += chunk.Length;
        }
    }

    private async IAsyncEnumerable<Reconstruction> ReconstructStreamAsync(
        IAsyncEnumerable<string> texts, DecodingPlan plan, long? noiseSeed, long first, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var chunk in texts.Chunk(TextsAtOnce).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var read = _encoding.Read(chunk);
            var rows = read.Fitting;
            var posteriors = await _engine.EncodeAsync(rows, cancellationToken).ConfigureAwait(false);
            var start = first;
            var vectors = posteriors.Count == 0
                ? new LatentVectors(0, [])
                : await VectorsAsync(() => LatentOf(posteriors, noiseSeed, start), cancellationToken).ConfigureAwait(false);
            await using var decoded = DecodeAsync(vectors, plan, start, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var fitting = 0;
            foreach (var (text, fault) in chunk.Zip(read.Faults))
            {
                if (fault is not null)
                {
                    yield return new Reconstruction(text, null, fault);
                }
                else
                {
                    _ = await decoded.MoveNextAsync().ConfigureAwait(false);
                    yield return new Reconstruction(Saved.Tokenizer.Decode(rows[fitting].Ids.Span), decoded.Current.Text, null);
                    fitting++;
                }
            }
            first += fitting;
        }
    }

    /// <summary>The means of posteriors, or a sample of each, [texts, latent]: it depends on the seed and on which text it is.</summary>
    private TorchSharp.torch.Tensor LatentOf(IReadOnlyList<EncodedMeans> posteriors, long? noiseSeed, long first)
    {
        var means = Matrix(Joined(posteriors.Select(posterior => posterior.Mean)), posteriors.Count);
        return noiseSeed is { } seed
            ? means.Plus(Matrix(Joined(posteriors.Select(posterior => posterior.StandardDeviation)), posteriors.Count) * _generator.PosteriorNoise(posteriors.Count, seed, first))
            : means;
    }

    private string? FaultOf(ReadOnlyMemory<float> vector)
    {
        if (vector.Length != Shape.Latent)
        {
            return FormattableString.Invariant($"vector: found {(vector.IsEmpty ? "no" : $"{vector.Length}")} numbers; expected {Shape.Latent}, the model's latent size");
        }
        foreach (var number in vector.Span)
        {
            if (!float.IsFinite(number))
            {
                return FormattableString.Invariant($"vector: found {number}; expected finite numbers");
            }
        }
        return null;
    }
}
