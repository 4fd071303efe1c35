using Microsoft.Extensions.AI;

namespace TextVae;

/// <summary>
/// Texts as vectors, for whatever speaks Microsoft.Extensions.AI: vector stores, search, dependency injection. A text's
/// vector is the mean of its posterior, [latent]. Any number of threads may use it at once.
/// </summary>
public sealed class TextVaeEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>The additional property of an embedding whose text does not fit the model.</summary>
    public const string Fault = "fault";

    private readonly TextVaeSession _session;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Vectors of a session's model.</summary>
    /// <param name="session">Stays the caller's to dispose of.</param>
    /// <param name="modelId">What the metadata call the model; by default the run folder's name.</param>
    public TextVaeEmbeddingGenerator(TextVaeSession session, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        _metadata = new EmbeddingGeneratorMetadata("textvae", providerUri: null, modelId ?? session.Name, session.Saved.Model.Shape.Latent);
    }

    /// <summary>The vectors of texts, in their order: computed batch by batch on the session's thread, none of the caller's is held.</summary>
    /// <param name="values">
    /// Any number of texts. The vector of one that does not fit the model is NaN, and its additional property
    /// <see cref="Fault"/> says why.
    /// </param>
    /// <param name="options">There is nothing to choose: another model or another number of dimensions is refused.</param>
    /// <param name="cancellationToken">Ends the waiting at once; a batch that has begun is computed to its end.</param>
    /// <exception cref="InvalidInputException">The model has no latent space.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var (model, dimensions) = (_metadata.DefaultModelId, _metadata.DefaultModelDimensions);
        Check.That(options?.ModelId is null || options.ModelId == model, "ModelId", options?.ModelId, $"{model}, or none");
        Check.That(options?.Dimensions is null || options.Dimensions == dimensions, "Dimensions", options?.Dimensions, $"{dimensions}, or none");
        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        await foreach (var text in _session.EncodeAsync(values.ToAsyncEnumerable(), cancellationToken).ConfigureAwait(false))
        {
            embeddings.Add(new Embedding<float>(text.Mean)
            {
                CreatedAt = DateTimeOffset.UtcNow,
                ModelId = model,
                AdditionalProperties = text.Fault is { } fault ? new() { [Fault] = fault } : null,
            });
        }
        return embeddings;
    }

    /// <summary>Finds the <see cref="EmbeddingGeneratorMetadata"/>, the <see cref="TextVaeSession"/> or this generator by its type.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : new object[] { this, _metadata, _session }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Does nothing: the session stays the caller's.</summary>
    public void Dispose()
    {
    }
}
