using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace TextVae.Samples;

/// <summary>
/// Texts and their vectors, searched one by one. A vector store of Microsoft.Extensions.VectorData (Qdrant, SQLite,
/// PostgreSQL ...) stands in its place in a real program and takes the same generator.
/// </summary>
internal sealed class InMemoryTexts(IEmbeddingGenerator<string, Embedding<float>> embeddings) : IVectorSearchable<string>
{
    private readonly List<(string Text, ReadOnlyMemory<float> Vector)> _texts = [];

    public async Task AddAsync(IEnumerable<string> texts, CancellationToken cancellationToken = default)
    {
        foreach (var (text, embedding) in await embeddings.GenerateAndZipAsync(texts, cancellationToken: cancellationToken))
        {
            _texts.Add((text, embedding.Vector));
        }
    }

    public async IAsyncEnumerable<VectorSearchResult<string>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<string>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        var sought = await embeddings.GenerateVectorAsync(searchValue.ToString()!, cancellationToken: cancellationToken);
        var results = _texts.Select(entry => new VectorSearchResult<string>(entry.Text, Cosine(entry.Vector.Span, sought.Span)));
        foreach (var result in results.OrderByDescending(result => result.Score).Take(top))
        {
            yield return result;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => embeddings.GetService(serviceType, serviceKey);

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var (product, ofA, ofB) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            product += a[i] * b[i];
            ofA += a[i] * a[i];
            ofB += b[i] * b[i];
        }
        return product / Math.Sqrt(ofA * ofB);
    }
}
