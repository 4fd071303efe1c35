using System.CommandLine;
using TextVae.Cli.Benchmarks;
using TextVae.Data;
using TextVae.Platform;
using TextVae.Texts;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae bench</c>: how fast a recipe trains or generates here, and what part of the machine's peak that is.</summary>
internal static class BenchCommand
{
    private const int DefaultSteps = 20;
    private const int DefaultRounds = 3;
    private const string Quantized = "int8";

    public static Command Create()
    {
        var recipe = CommonOptions.Recipe();
        var generate = new Option<bool>("--generate") { Description = "Time the generation of texts instead of training." };
        var run = new Option<string?>("--run") { Description = "With --generate: the trained model of this run folder." };
        var steps = Numbers.Optional<int>("--steps", $"Training steps to time, {DefaultSteps} by default; with --generate rounds of 1,000 texts, {DefaultRounds} by default.", least: 1, most: 100_000);
        var data = new Option<string[]>("--data") { Description = "Texts as in 'textvae train', in place of random ones." };
        var invalid = CommonOptions.InvalidUtf8("data.invalidUtf8, else fail");
        var vocabulary = Numbers.Optional<int>("--vocabulary", "V, tokens of the random texts: by default that of Penn Treebank for windows (51), of tweets for tweets (210), else of the built-in corpus (91).", least: 2, most: RandomTexts.MaximumVocabulary);
        var set = CommonOptions.Set();
        var threads = Numbers.Optional<int>("--threads", "Threads of the computation; 0 is one for each core: training.threads.", least: 0, most: Devices.MostThreads);
        var precision = CommonOptions.TrainingPrecision(Quantized);
        var json = CommonOptions.Json();
        var command = new Command("bench", "Measure how fast training, or generation, is on this machine.") { recipe, generate, run, steps, data, invalid, vocabulary, set, threads, precision, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(run) is not null && !parsed.GetValue(generate))
            {
                throw new InvalidInputException(InputKind.Usage, "bench: found --run without --generate; expected both, as training begins with new weights");
            }
            var quantized = parsed.GetValue(precision) == Quantized;
            if (quantized && !parsed.GetValue(generate))
            {
                throw new InvalidInputException(InputKind.Usage, $"bench: found --precision {Quantized} without --generate; expected both, as training has no such products");
            }
            var name = parsed.GetValue(recipe) ?? CommonOptions.DefaultRecipe;
            var chosen = RecipeFile.Load(name, [.. parsed.GetValue(set) ?? [],
                .. CommonOptions.Override("data.invalidUtf8", parsed.GetValue(invalid)),
                .. CommonOptions.Override("training.threads", parsed.GetValue(threads)),
                .. CommonOptions.Override("training.precision", quantized ? null : parsed.GetValue(precision))]);
            if (chosen.Training.Device != "cpu")
            {
                throw new InvalidInputException(InputKind.Usage, $"training.device is {chosen.Training.Device}; expected cpu, whose peak 'bench' can measure");
            }
            using var corpus = Open(chosen.Data, parsed.GetValue(data) ?? [], parsed.GetValue(vocabulary));
            using var signal = StopSignal.Listening();
            try
            {
                if (parsed.GetValue(generate))
                {
                    var rounds = parsed.GetValue(steps) ?? DefaultRounds;
                    var products = quantized ? Precision.Int8 : chosen.Training.Precision;
                    Print(parsed.GetValue(run) is { } folder
                        ? GenerationBenchmark.OfRun(folder, folder, chosen.Training.Threads, products, rounds, signal.Token)
                        : GenerationBenchmark.OfRecipe(name, chosen with { Data = chosen.Data with { Tokenizer = corpus.Tokenizer.Kind } }, corpus.Tokenizer.Vocabulary, products, rounds, signal.Token), parsed.GetValue(json));
                }
                else
                {
                    Print(StepBenchmark.Run(name, chosen, corpus, parsed.GetValue(steps) ?? DefaultSteps, signal.Token), parsed.GetValue(json));
                }
                return 0;
            }
            catch (OperationCanceledException)
            {
                return signal.ExitCode;
            }
        });
        return command;
    }

    private static Corpus Open(DataConfig config, string[] data, int? vocabulary)
    {
        if (data.Length == 0)
        {
            return RandomTexts.Corpus(config.Length, vocabulary ?? UsualVocabulary(config));
        }
        return vocabulary is null
            ? Corpus.Load(config, data)
            : throw new InvalidInputException(InputKind.Usage, "bench: found --vocabulary beside --data; expected one of them, as texts bring their own");
    }

    private static int UsualVocabulary(DataConfig config) => config switch
    {
        { Texts: TextKind.Windows } => 51,
        { Normalize: Normalization.Tweets } => 210,
        _ => 91,
    };

    private static void Print(StepFigures figures, bool json)
    {
        if (json)
        {
            Output.WriteJson(figures);
            return;
        }
        Output.WriteLine($"{figures.Model}: {figures.Parameters:N0} parameters, batches of {figures.BatchSize} texts of {figures.Length} tokens, vocabulary {figures.Vocabulary:N0}, {figures.Precision} products, {figures.Threads} threads");
        Output.WriteLine($"{figures.MsPerStep:F1} ms a step (median of {figures.Steps}), {figures.CharactersPerSecond:N0} characters and {figures.TokensPerSecond:N0} tokens of text per second");
        if (figures.GflopPerStep is not null)
        {
            Output.WriteLine($"{figures.GflopPerStep:0.###} GFLOP a step at {figures.Gflops:F1} GFLOP/s: {figures.FractionOfPeak:F2} of the {figures.GemmPeakGflops:F0} GFLOP/s that products of large matrices reach between the steps");
            Output.WriteLine($"{figures.DenseFractionOfPeak:F2} of it without the products with one-hot inputs, which may be lookups ({figures.GflopPerStep - figures.DenseGflopPerStep:0.###} GFLOP)");
        }
        Output.WriteLine($"{figures.PeakRssMb:N0} MB resident at most");
    }

    private static void Print(GenerationFigures figures, bool json)
    {
        if (json)
        {
            Output.WriteJson(figures);
            return;
        }
        Output.WriteLine($"{figures.Model}: {figures.Parameters:N0} parameters, texts of {figures.Length} tokens, vocabulary {figures.Vocabulary:N0}, {figures.Precision} products, {figures.Threads} threads");
        Output.WriteLine($"{figures.TextsPerSecond:N1} texts per second, of {figures.CharactersPerText:N1} characters on average ({figures.Texts:N0} texts, median of {figures.Rounds})");
        Output.WriteLine($"{figures.MsPerTextAlone:F1} ms for one text alone (median)");
        Output.WriteLine($"{figures.PeakRssMb:N0} MB resident at most");
    }
}
