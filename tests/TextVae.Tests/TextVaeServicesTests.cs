using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TextVae.Tests;

public sealed class TextVaeServicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TextVaeServicesTests() => TinySession.Train(_folder).Dispose();

    public void Dispose() => _folder.Dispose();

    private string Run => _folder["run"];

    [Fact]
    public async Task One_model_is_one_session_and_one_embedding_generator()
    {
        using var services = new ServiceCollection().AddTextVae(Run).BuildServiceProvider();
        var session = services.GetRequiredService<TextVaeSession>();
        Assert.Same(session, services.GetRequiredService<TextVaeSession>());
        Assert.Same(session, services.GetRequiredKeyedService<TextVaeSession>("run"));
        var embeddings = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
        Assert.Same(session, embeddings.GetService<TextVaeSession>());
        Assert.Equal(session.Encode("text 1 ab").Mean, (await embeddings.GenerateVectorAsync("text 1 ab")).ToArray());
    }

    [Fact]
    public void Several_models_are_told_apart_by_name_and_the_first_needs_none()
    {
        using var services = new ServiceCollection().AddTextVae("one", Run).AddTextVae("other", Run + "/").BuildServiceProvider();
        var (one, other) = (services.GetRequiredKeyedService<TextVaeSession>("one"), services.GetRequiredKeyedService<TextVaeSession>("other"));
        Assert.NotSame(one, other);
        Assert.Equal(("one", "other"), (one.Name, other.Name));
        Assert.Same(one, services.GetRequiredService<TextVaeSession>());
        var embeddings = services.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>("other");
        Assert.Same(other, embeddings.GetService<TextVaeSession>());
        Assert.Equal("other", embeddings.GetRequiredService<EmbeddingGeneratorMetadata>().DefaultModelId);
        Assert.Equal(one.Sample(3), other.Sample(3));

        var twice = Assert.Throws<InvalidInputException>(() => new ServiceCollection().AddTextVae("one", Run).AddTextVae("one", Run));
        Assert.Equal("model one: found a second one of this name; expected another name", twice.Message);
    }

    [Fact]
    public async Task The_container_disposes_of_its_sessions_and_says_so_once()
    {
        using var log = new TestLog();
        TextVaeSession session;
        IEmbeddingGenerator<string, Embedding<float>> embeddings;
        using (var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log).AddTextVae("one", Run).BuildServiceProvider())
        {
            session = services.GetRequiredService<TextVaeSession>();
            embeddings = services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
            embeddings.Dispose();
            Assert.Single(session.Sample(1)); // the session is not the generator's to dispose of
        }
        Assert.Throws<ObjectDisposedException>(() => session.Sample(1).ToList());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => embeddings.GenerateAsync(["text 1 ab"]));
        session.Dispose();
        Assert.Collection(
            log.Texts,
            text => Assert.Matches("^Loaded model one from .*run: [0-9]+ parameters, on cpu, in [0-9.]+ s$", text),
            text => Assert.Equal("Freed model one", text));
    }

    [Fact]
    public async Task A_model_is_loaded_on_first_use_or_when_the_host_starts()
    {
        using var log = new TestLog();
        using var services = new ServiceCollection().AddSingleton<ILoggerFactory>(log)
            .AddTextVae("at start", Run, options => options.LoadAtStart = true).AddTextVae("on use", Run).BuildServiceProvider();
        Assert.Empty(log.Lines);
        foreach (var hosted in services.GetServices<IHostedService>())
        {
            await hosted.StartAsync(CancellationToken.None);
        }
        Assert.StartsWith("Loaded model at start from", Assert.Single(log.Texts), StringComparison.Ordinal);
        services.GetRequiredKeyedService<TextVaeSession>("on use");
        Assert.StartsWith("Loaded model on use from", log.Texts.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_one_line_that_names_it_and_the_next_use_tries_again()
    {
        using var services = new ServiceCollection()
            .AddTextVae("gpu", Run, options => options.Session = new SessionOptions { Device = "gpu" })
            .AddTextVae("late", _folder["late"], options => options.LoadAtStart = true).BuildServiceProvider();
        string Refused(Action use) => Assert.Throws<InvalidInputException>(use).Message;
        Assert.Equal("model gpu: device is gpu; expected cpu or cuda", Refused(() => services.GetRequiredService<TextVaeSession>()));
        Assert.StartsWith("model late: ", Refused(() => services.GetRequiredKeyedService<TextVaeSession>("late")), StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidInputException>(() => services.GetServices<IHostedService>().Last().StartAsync(CancellationToken.None));

        Directory.Move(Run, _folder["late"]);
        Assert.Single(services.GetRequiredKeyedService<TextVaeSession>("late").Sample(1));
    }

    [Fact]
    public void Options_come_from_wherever_a_program_configures_them()
    {
        using var log = new TestLog();
        using var services = new ServiceCollection().AddTextVae("one", Run)
            .Configure<TextVaeServiceOptions>("one", options => options.Session = options.Session with { Precision = Precision.Int8, Logger = log })
            .BuildServiceProvider();
        Assert.Single(services.GetRequiredService<TextVaeSession>().Sample(1));
        Assert.Single(log.Lines);
    }
}
