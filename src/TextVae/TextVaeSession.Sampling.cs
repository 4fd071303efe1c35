using TextVae.Generation;
using TextVae.Latent;
using static TextVae.Platform.TensorArithmetic;

namespace TextVae;

/// <content>New texts.</content>
public sealed partial class TextVaeSession
{
    /// <summary>New texts, from latent vectors that the prior draws.</summary>
    /// <param name="count">How many; they come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">A value makes no sense, or no text of the model fits the constraints.</exception>
    public IEnumerable<string> Sample(int count, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Generate(count, options, cancellationToken: cancellationToken).Select(text => text.Text);

    /// <summary>As <see cref="Sample"/>, without holding the caller's thread.</summary>
    /// <param name="count">How many; they come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<string> SampleAsync(int count, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(count, options, cancellationToken: cancellationToken).Select(text => text.Text);

    /// <summary>As <see cref="Sample"/>, with the probability of each text.</summary>
    /// <param name="count">How many; they come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="first">The number of the first text: with what an earlier call has made, this goes on where it ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IEnumerable<GeneratedText> Generate(int count, SamplingOptions? options = null, long first = 0, CancellationToken cancellationToken = default) =>
        GenerateAsync(count, options, first, cancellationToken).ToBlockingEnumerable(cancellationToken);

    /// <summary>As <see cref="Generate"/>, without holding the caller's thread.</summary>
    /// <param name="count">How many; they come as they are made.</param>
    /// <param name="options">How; greedy by default.</param>
    /// <param name="first">The number of the first text: with what an earlier call has made, this goes on where it ended.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<GeneratedText> GenerateAsync(
        int count, SamplingOptions? options = null, long first = 0, CancellationToken cancellationToken = default)
    {
        Check.AtLeast(0, count, "the number of texts");
        options ??= new SamplingOptions();
        var (plan, prior) = (Plan(options, cancellationToken), _priors.Of(options.Prior));
        return _engine.DecodeAsync(plan, count, (start, some) => _generator.Prior(prior, some, options.Seed, first + start), first, cancellationToken);
    }

    /// <summary>New texts that differ from each other, from the training texts, or both, with a report on them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="selection">Which texts are wanted; the training texts are read where that needs them.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="reading">Told how many training texts have been read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The texts as they come; when they have been read, the report.</returns>
    /// <exception cref="InvalidInputException">A value makes no sense, or the training texts cannot be read or have changed.</exception>
    public SelectedTexts Select(
        int count, SelectionOptions selection, SamplingOptions? options = null, IProgress<ReadingProgress>? reading = null, CancellationToken cancellationToken = default) =>
        Wait(SelectAsync(count, selection, options, reading, cancellationToken));

    /// <summary>As <see cref="Select"/>, without holding the caller's thread; <see cref="SelectedTexts.ReadAsync"/> goes on so.</summary>
    /// <param name="count">How many.</param>
    /// <param name="selection">Which texts are wanted.</param>
    /// <param name="options">How to decode; greedy by default.</param>
    /// <param name="reading">Told how many training texts have been read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<SelectedTexts> SelectAsync(
        int count, SelectionOptions selection, SamplingOptions? options = null, IProgress<ReadingProgress>? reading = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(selection);
        Check.AtLeast(1, count, "the number of texts");
        selection.Validate();
        options ??= new SamplingOptions();
        options.Validate();
        _priors.Kind(options.Prior); // before texts are read
        var training = selection.NeedsTraining
            ? await Task.Run(() => TrainingReference.Read(Run, Saved, selection, count, options.Seed, reading, cancellationToken), cancellationToken).ConfigureAwait(false)
            : null;
        return new SelectedTexts(
            (some, first) => GenerateAsync(some, options, first, cancellationToken), count, selection, training, options.Seed, Saved.File.Data.Normalize);
    }

    /// <summary>
    /// Texts from around a text's posterior mean, at a wanted mean edit distance: the radius of the noise is searched for.
    /// Distances are measured from the text's reconstruction, which is what the model writes without any noise.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="distance">Normalised edit distance (<see cref="Texts.EditDistance"/>, in UTF-16 code units): 0.2 is one character of five.</param>
    /// <param name="count">How many texts, at most <see cref="MostPoints"/>.</param>
    /// <param name="options">How to decode, and the noise's seed; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidInputException">As <see cref="Encode(string, CancellationToken)"/>; or a value makes no sense.</exception>
    public Neighborhood Near(string text, double distance, int count, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Wait(NearAsync(text, distance, count, options, cancellationToken));

    /// <summary>As <see cref="Near"/>, without holding the caller's thread.</summary>
    /// <param name="text">The text.</param>
    /// <param name="distance">Normalised edit distance.</param>
    /// <param name="count">How many texts, at most <see cref="MostPoints"/>.</param>
    /// <param name="options">How to decode, and the noise's seed; greedy by default.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Neighborhood> NearAsync(
        string text, double distance, int count, SamplingOptions? options = null, CancellationToken cancellationToken = default)
    {
        Check.Between(0, 1, distance, "distance");
        Check.Within(1, MostPoints, count, "the number of texts");
        options ??= new SamplingOptions();
        var (plan, greedy) = (Plan(options, cancellationToken), Plan(options with { Temperature = null, TopK = null, TopP = null }, cancellationToken));
        var mean = (await EncodeAsync(text, cancellationToken).ConfigureAwait(false)).Mean;
        var reconstruction = (await AroundAsync(mean, 0, 1, greedy, options.Seed, cancellationToken).ConfigureAwait(false))[0].Text;
        var (found, reached) = await RadiusSearch.FindAsync(
            async radius => (await TextsAsync(radius, Neighborhood.Probes).ConfigureAwait(false)).Average(near => near.Distance), distance).ConfigureAwait(false);
        return new Neighborhood(reconstruction, found, reached, distance, await TextsAsync(found, count).ConfigureAwait(false));

        async Task<IReadOnlyList<NearbyText>> TextsAsync(double radius, int number) =>
        [
            .. (await AroundAsync(mean, radius, number, plan, options.Seed, cancellationToken).ConfigureAwait(false))
                .Select(near => new NearbyText(near, TextVae.Texts.EditDistance.Normalized(near.Text, reconstruction))),
        ];
    }

    private async Task<IReadOnlyList<GeneratedText>> AroundAsync(
        float[] mean, double radius, int count, DecodingPlan plan, long seed, CancellationToken cancellationToken)
    {
        var vectors = await VectorsAsync(() => Matrix(mean, 1).Plus(_generator.Prior(count, seed).Times(radius)), cancellationToken).ConfigureAwait(false);
        return await DecodeAllAsync(vectors, plan, cancellationToken).ConfigureAwait(false);
    }
}
