using System.Diagnostics;
using TextVae.Models;
using TextVae.Platform;
using TextVae.Runs;
using TextVae.Tokenizers;

namespace TextVae.Cli.Benchmarks;

/// <summary>What <c>textvae bench --generate</c> says; docs/formats.md explains each figure.</summary>
internal sealed record GenerationFigures
{
    public required string Model { get; init; }

    public required long Parameters { get; init; }

    public required int Length { get; init; }

    public required int Vocabulary { get; init; }

    public required int Texts { get; init; }

    public required int Rounds { get; init; }

    public required string Precision { get; init; }

    public required int Threads { get; init; }

    public required double TextsPerSecond { get; init; }

    public required double CharactersPerText { get; init; }

    public required double MsPerTextAlone { get; init; }

    public required double PeakRssMb { get; init; }
}

/// <summary>
/// Times the session that users hold, greedy: with the weights of a run, or with weights that nobody has trained, whose texts
/// are all as long as can be.
/// </summary>
internal static class GenerationBenchmark
{
    private const int Texts = 1_000;
    private const int AloneInRound = 10;

    /// <summary>With a recipe's untrained weights.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static GenerationFigures OfRecipe(string name, Recipe recipe, Vocabulary vocabulary, Precision precision, int rounds, CancellationToken stop)
    {
        using var temporary = new TemporaryRun();
        temporary.Run.Begin(new TrainingFile { Recipe = recipe }, vocabulary);
        temporary.Run.WriteWeights(new TextVaeModel(recipe.Model, recipe.Data.Length, vocabulary.Count, recipe.Training.Seed));
        return OfRun(name, temporary.Run.Path, recipe.Training.Threads, precision, rounds, stop);
    }

    /// <summary>With a run's weights.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static GenerationFigures OfRun(string name, string runFolder, int threads, Precision precision, int rounds, CancellationToken stop)
    {
        using var session = TextVaeSession.Load(runFolder, new SessionOptions { Threads = threads, Precision = precision });
        _ = (Seconds(session, Texts, 0, stop), Seconds(session, 1, 0, stop)); // to warm up
        var (many, alone) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            many.Add(Seconds(session, Texts, round, stop));
            alone.AddRange(Enumerable.Range(round * AloneInRound, AloneInRound).Select(seed => Seconds(session, 1, seed, stop)));
        }
        var model = session.Saved.Model;
        return new GenerationFigures
        {
            Model = name,
            Parameters = model.ParameterCount,
            Length = model.Shape.Length,
            Vocabulary = model.Shape.Vocabulary,
            Texts = Texts,
            Rounds = rounds,
            Precision = model.PrecisionInUse.ToString().ToLowerInvariant(),
            Threads = Devices.Threads(threads),
            TextsPerSecond = Texts / many.Median(),
            CharactersPerText = session.Sample(Texts, cancellationToken: stop).Average(text => text.EnumerateRunes().Count()),
            MsPerTextAlone = alone.Median() * 1000,
            PeakRssMb = Measurement.PeakResidentMegabytes(),
        };
    }

    private static double Seconds(TextVaeSession session, int texts, long seed, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        _ = session.Sample(texts, new SamplingOptions { Seed = seed }, stop).Count();
        return watch.Elapsed.TotalSeconds;
    }
}
