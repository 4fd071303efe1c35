using Microsoft.Extensions.AI;
using TextVae.Generation;

namespace TextVae.Tests;

public sealed class TextVaeEmbeddingGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TextVaeSession _session;
    private readonly TextVaeEmbeddingGenerator _generator;

    public TextVaeEmbeddingGeneratorTests()
    {
        Tiny.Corpus(_folder.Path).Dispose();
        TextVaeTraining.Run(_folder["run"], Tiny.Recipe with { Training = Tiny.Recipe.Training with { Steps = 3 } }, TrainingTexts.Files(_folder["texts.txt"]));
        _session = TextVaeSession.Load(_folder["run/"]);
        _generator = new TextVaeEmbeddingGenerator(_session);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_text_s_embedding_is_the_mean_of_its_posterior_also_in_the_second_batch()
    {
        var texts = Enumerable.Range(0, TextGenerator.BatchSize + 3).Select(number => $"text {number} ab").ToList();
        var embeddings = await _generator.GenerateAsync(texts);
        Assert.Equal(texts.Count, embeddings.Count);
        foreach (var index in new[] { 0, 7, texts.Count - 1 })
        {
            var mean = _session.Encode(texts[index]).Mean;
            var embedding = embeddings[index];
            Assert.Equal(3, embedding.Dimensions);
            Assert.Equal("run", embedding.ModelId);
            Assert.All(embedding.Vector.ToArray().Index(), value => Assert.Equal(mean[value.Index], value.Item, 1e-5f));
        }
        Assert.NotEqual(embeddings[0].Vector.ToArray(), embeddings[7].Vector.ToArray());
    }

    [Fact]
    public void It_says_what_it_is()
    {
        var metadata = _generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("textvae", "run", 3), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(_session, _generator.GetService<TextVaeSession>());
        Assert.Same(_generator, _generator.GetService<TextVaeEmbeddingGenerator>());
        Assert.Null(_generator.GetService<TextVaeSession>("a key"));
        Assert.Null(_generator.GetService<IChatClient>());
    }

    [Fact]
    public async Task What_the_model_cannot_give_is_refused()
    {
        async Task<string> Refused(string text, EmbeddingGenerationOptions? options = null) =>
            (await Assert.ThrowsAsync<InvalidInputException>(() => _generator.GenerateAsync([text], options))).Message;
        Assert.Equal("Dimensions is 512; expected 3, or none", await Refused("text", new EmbeddingGenerationOptions { Dimensions = 512 }));
        Assert.Equal("ModelId is other; expected run, or none", await Refused("text", new EmbeddingGenerationOptions { ModelId = "other" }));
    }

    [Fact]
    public async Task A_text_that_does_not_fit_has_no_vector_and_says_why_and_the_others_have_theirs()
    {
        var embeddings = await _generator.GenerateAsync(["text 1 ab", "a text of nineteen."]);
        Assert.DoesNotContain(float.NaN, embeddings[0].Vector.ToArray());
        Assert.All(embeddings[1].Vector.ToArray(), number => Assert.Equal(float.NaN, number));
        Assert.Contains("found 19 tokens; expected at most 15", (string?)embeddings[1].AdditionalProperties![TextVaeEmbeddingGenerator.Fault]);
        Assert.Throws<ArgumentNullException>(() => new TextVaeEmbeddingGenerator(null!));
    }

    [Fact]
    public async Task A_request_that_is_cancelled_is_not_computed_and_others_are()
    {
        var other = _generator.GenerateAsync(["text 1 ab"]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _generator.GenerateAsync(["text 2 ab"], cancellationToken: new CancellationToken(canceled: true)));
        Assert.Single(await other);
    }
}
