using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TextVae;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Models as services.</summary>
public static class TextVaeServices
{
    /// <summary>As <see cref="AddTextVae(IServiceCollection, string, string, Action{TextVaeServiceOptions}?)"/>, of the run folder's or archive's own name.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="path">A run folder, or an archive of <see cref="ModelArchive"/>.</param>
    /// <param name="configure">How to compute, and when to load.</param>
    public static IServiceCollection AddTextVae(this IServiceCollection services, string path, Action<TextVaeServiceOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return services.AddTextVae(File.Exists(path) ? Path.GetFileNameWithoutExtension(name) : name, path, configure);
    }

    /// <summary>
    /// A model under a name: one <see cref="TextVaeSession"/> and one <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> of
    /// texts, keyed by the name (<c>[FromKeyedServices("tweets")]</c>). Those of the first model that is added are there without
    /// a key too.
    /// </summary>
    /// <remarks>
    /// The model is loaded on first use, or as <see cref="TextVaeServiceOptions.LoadAtStart"/> says; where that throws an
    /// <see cref="InvalidInputException"/>, the next use tries again. The container disposes of the session, which frees the
    /// model's memory. Nothing of the process is changed; a program that wants that calls <see cref="ProcessTuning.Apply"/> first.
    /// </remarks>
    /// <param name="services">The program's services.</param>
    /// <param name="name">The key; also what the log, the meters and the embeddings' metadata call the model.</param>
    /// <param name="path">A run folder, or an archive of <see cref="ModelArchive"/>.</param>
    /// <param name="configure">How to compute, and when to load.</param>
    /// <exception cref="InvalidInputException">There is a model of this name already.</exception>
    public static IServiceCollection AddTextVae(this IServiceCollection services, string name, string path, Action<TextVaeServiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (services.Any(service => service.ServiceType == typeof(TextVaeSession) && service.IsKeyedService && name.Equals(service.ServiceKey)))
        {
            throw new InvalidInputException(InputKind.Usage, $"model {name}: found a second one of this name; expected another name");
        }
        services.AddOptions<TextVaeServiceOptions>(name).Configure(configure ?? (_ => { }));
        services.AddKeyedSingleton(name, (provider, _) => Load(provider, name, path));
        services.AddKeyedSingleton<IEmbeddingGenerator<string, Embedding<float>>>(
            name, (provider, _) => new TextVaeEmbeddingGenerator(provider.GetRequiredKeyedService<TextVaeSession>(name)));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<TextVaeSession>(name));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IEmbeddingGenerator<string, Embedding<float>>>(name));
        return services.AddSingleton<IHostedService>(provider => new LoadingAtStart(provider, name));
    }

    private static TextVaeSession Load(IServiceProvider provider, string name, string path)
    {
        var options = Options(provider, name).Session;
        var logger = options.Logger ?? provider.GetService<ILoggerFactory>()?.CreateLogger<TextVaeSession>();
        try
        {
            return TextVaeSession.Load(path, options with { Name = name, Logger = logger });
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException(fault.Kind, $"model {name}: {fault.Message}", fault);
        }
    }

    private static TextVaeServiceOptions Options(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<TextVaeServiceOptions>>().Get(name);

    private sealed class LoadingAtStart(IServiceProvider provider, string name) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Options(provider, name).LoadAtStart
            ? Task.Run(() => provider.GetRequiredKeyedService<TextVaeSession>(name), cancellationToken)
            : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
