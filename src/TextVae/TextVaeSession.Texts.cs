using TextVae.Data;
using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae;

/// <content>New texts, and texts again.</content>
public sealed partial class TextVaeSession
{
    /// <summary>New texts, from latent vectors that the prior draws.</summary>
    /// <param name="count">How many; they come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <exception cref="InvalidInputException">A value makes no sense, or no text of the model fits the constraints.</exception>
    public IEnumerable<string> Sample(int count, SamplingOptions? options = null) => Generate(count, options).Select(text => text.Text);

    /// <summary>As <see cref="Sample"/>, with the probability of each text.</summary>
    /// <param name="count">How many.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="first">The number of the first text: with what an earlier call has made, this goes on where it ended.</param>
    /// <exception cref="InvalidInputException">As <see cref="Sample"/>.</exception>
    public IEnumerable<GeneratedText> Generate(int count, SamplingOptions? options = null, long first = 0)
    {
        options ??= new SamplingOptions();
        Tensor Prior(int from, int some) => _generator.Prior(some, options.Seed, first + from);
        return _engine.DecodeAsync(_generator.Plan(options), count, Prior, first).ToBlockingEnumerable();
    }

    /// <summary>Texts decoded from the means of their posteriors.</summary>
    /// <param name="texts">Any number; the reconstructions come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="sampleLatent">From a sample of each posterior, which the options' seed draws, in place of its mean.</param>
    /// <exception cref="InvalidInputException">
    /// A text is longer than the model's, or has characters that it cannot read; or an option makes no sense.
    /// </exception>
    public IEnumerable<Reconstruction> Reconstruct(IEnumerable<string> texts, SamplingOptions? options = null, bool sampleLatent = false) =>
        ReconstructTokens(texts.Chunk(TextGenerator.BatchSize).Select(_encoding.Encode), options, sampleLatent);

    /// <summary>As <see cref="Reconstruct"/>, for texts that are tokens already.</summary>
    /// <param name="batches">Each [texts, time], row after row.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="sampleLatent">As in <see cref="Reconstruct"/>.</param>
    public IEnumerable<Reconstruction> ReconstructTokens(IEnumerable<TextBatch> batches, SamplingOptions? options = null, bool sampleLatent = false)
    {
        options ??= new SamplingOptions();
        var plan = _generator.Plan(options);
        var first = 0L;
        foreach (var batch in batches)
        {
            var rows = batch.Rows;
            var posteriors = Wait(_engine.EncodeAsync(rows));
            var start = first;
            var texts = Decode(() => sampleLatent ? Sampled(posteriors, options.Seed, start) : Matrix([.. posteriors.Select(posterior => posterior.Mean)]), plan, start);
            foreach (var (row, text) in rows.Zip(texts))
            {
                yield return new Reconstruction(Saved.Tokenizer.Decode(row.Ids.Span), text.Text);
                first++;
            }
        }
    }

    /// <summary>A sample of each posterior, [texts, latent]: it depends on the seed and on which text it is.</summary>
    private Tensor Sampled(IReadOnlyList<EncodedMeans> posteriors, long seed, long first) =>
        Matrix([.. posteriors.Select(posterior => posterior.Mean)])
        + Matrix([.. posteriors.Select(posterior => posterior.StandardDeviation)]) * _generator.PosteriorNoise(posteriors.Count, seed, first);
}
