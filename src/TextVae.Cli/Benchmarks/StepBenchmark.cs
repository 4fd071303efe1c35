using TextVae.Data;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Cli.Benchmarks;

/// <summary>What <c>textvae bench</c> says of training steps; docs/formats.md explains each figure. Null: the products of a part are not known.</summary>
internal sealed record StepFigures
{
    public required string Model { get; init; }

    public required long Parameters { get; init; }

    public required int BatchSize { get; init; }

    public required int Length { get; init; }

    public required int Vocabulary { get; init; }

    public required int Steps { get; init; }

    public required string Precision { get; init; }

    public required int Threads { get; init; }

    public required double MsPerStep { get; init; }

    public required double CharactersPerSecond { get; init; }

    public required double TokensPerSecond { get; init; }

    public required double? GflopPerStep { get; init; }

    public required double? DenseGflopPerStep { get; init; }

    public required double GemmPeakGflops { get; init; }

    public required double PeakRssMb { get; init; }

    public double? Gflops => GflopPerStep / MsPerStep * 1000;

    public double? FractionOfPeak => Gflops / GemmPeakGflops;

    public double? DenseFractionOfPeak => DenseGflopPerStep / MsPerStep * 1000 / GemmPeakGflops;
}

/// <summary>Times whole steps of the trainer itself: batch, forward, backward, update.</summary>
internal static class StepBenchmark
{
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static StepFigures Run(string name, Recipe recipe, Corpus corpus, int steps, CancellationToken stop)
    {
        using var temporary = new TemporaryRun();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var clock = new StepClock(steps, enough.Cancel);
        using var trainer = new Trainer(Endless(recipe), corpus, temporary.Run, [clock]);
        trainer.Run(enough.Token);
        stop.ThrowIfCancellationRequested();

        var (shape, batch) = (clock.Training!.Model.Shape, recipe.Training.BatchSize);
        var products = recipe.Model.Count(shape);
        var (characters, tokens) = TextPerStep(recipe, corpus, StepClock.WarmUp, steps);
        return new StepFigures
        {
            Model = name,
            Parameters = clock.Training.Model.ParameterCount,
            BatchSize = batch,
            Length = shape.Length,
            Vocabulary = shape.Vocabulary,
            Steps = steps,
            Precision = clock.Products.Name(),
            Threads = get_num_threads(),
            MsPerStep = clock.Median * 1000,
            CharactersPerSecond = characters / clock.Median,
            TokensPerSecond = tokens / clock.Median,
            GflopPerStep = products?.TrainingStep(batch) / 1e9,
            DenseGflopPerStep = products?.DenseTrainingStep(batch) / 1e9,
            GemmPeakGflops = clock.PeakGflops,
            PeakRssMb = clock.PeakResidentMegabytes,
        };
    }

    /// <summary>Characters and tokens of the timed batches, their means: texts of real data are shorter than T.</summary>
    private static (double Characters, double Tokens) TextPerStep(Recipe recipe, Corpus corpus, int warmUp, int steps)
    {
        var sampler = new TrainingSampler(corpus.Train, recipe.Training.BatchSize, recipe.Training.Seed, recipe.Training.SimilarLengths);
        var (characters, tokens) = (0L, 0L);
        for (var step = warmUp; step < warmUp + steps; step++)
        {
            var batch = sampler.Read(step);
            characters += corpus.Tokenizer.CountCharacters(batch.Ids);
            tokens += batch.Lengths.Sum();
        }
        return ((double)characters / steps, (double)tokens / steps);
    }

    /// <summary>Nothing but steps, until it is stopped.</summary>
    private static Recipe Endless(Recipe recipe) => recipe with
    {
        Training = recipe.Training with { Steps = long.MaxValue, ValidateEvery = int.MaxValue, CheckpointEvery = int.MaxValue },
    };
}
