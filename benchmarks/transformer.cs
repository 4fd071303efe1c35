#:project ../src/TextVae/TextVae.csproj
#:project ../tests/TextVae.SampleParts/TextVae.SampleParts.csproj
#:package libtorch-cpu-linux-x64
#:property PublishAot=false

// A decoder of another assembly (tests/TextVae.SampleParts, a small Transformer) beside the library's LSTM: the hybrid of Penn
// Treebank in small, with as many parameters, steps and texts for both, and the bounds that they reach on validation texts.
//
//     dotnet run -c Release benchmarks/transformer.cs -- FOLDER [--steps N] [--width W] [--layers L] [--dropout P] [--precision P] [--seed S]
//
// FOLDER has ptb.train.txt and ptb.valid.txt. The defaults take about five minutes on two cores.

using System.Globalization;
using TextVae;
using TextVae.Models;
using TextVae.Platform;
using TextVae.SampleParts;
using TextVae.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
NativeTorch.EnsureLoaded();
DecoderConfig.Kinds.Add<TransformerDecoderConfig>("transformer");
var (folder, options) = (args[0], Enumerable.Range(0, args.Length / 2).ToDictionary(pair => args[2 * pair + 1], pair => args[2 * pair + 2]));
var steps = int.Parse(options.GetValueOrDefault("--steps", "1500"));
var (width, layers, dropout) = (options.GetValueOrDefault("--width", "128"), options.GetValueOrDefault("--layers", "2"), options.GetValueOrDefault("--dropout", "0.1"));
string[] common =
[
    "model.latent=32", "model.encoder.channels=[64, 128]", "model.expansion.channels=[128, 64]", "model.expansion.features=64",
    $"training.steps={steps}", $"training.validateEvery={steps}", $"training.checkpointEvery={steps}", "training.validationTexts=1600", $"training.precision={options.GetValueOrDefault("--precision", "auto")}", $"training.seed={options.GetValueOrDefault("--seed", "1")}",
    $"objective.kl.start={steps / 5}", $"objective.kl.end={2 * steps / 3}",
];
var transformer = RecipeFile.Load("ptb-hybrid", [.. common, "model.decoder.kind=transformer", $"model.decoder.width={width}", $"model.decoder.layers={layers}", $"model.decoder.dropout={dropout}"]);
var wanted = Parameters(transformer);
var lstm = Enumerable.Range(1, 200).Select(eighth => RecipeFile.Load("ptb-hybrid", [.. common, $"model.decoder.hidden={8 * eighth}"]))
    .First(recipe => Parameters(recipe) >= wanted);

Console.WriteLine($"{"decoder",-12}{"parameters",11}{"ms a step",11}{"bits/char",11}{"rec.",9}{"KL",9}{"nats of KL",12}");
foreach (var (name, recipe) in new[] { ("lstm", lstm), ("transformer", transformer) })
{
    var run = Directory.CreateTempSubdirectory("textvae-benchmark-");
    try
    {
        var last = new Last();
        TextVaeTraining.Run(run.FullName, recipe, TrainingTexts.Folder(folder), new TrainingOptions { Observers = [last] });
        var (result, bits) = (last.Validation!.Result, last.Validation.Result.BitsPerCharacter);
        Console.WriteLine($"{name,-12}{Parameters(recipe),11:N0}{last.Seconds * 1000 / steps,11:F1}{bits.Total,11:F4}{bits.Reconstruction,9:F4}{bits.Kl,9:F4}{result.Kl,12:F1}");
    }
    finally
    {
        run.Delete(recursive: true);
    }
}

// Of the decoder alone: all else is the same.
static long Parameters(Recipe recipe)
{
    const int Characters = 51; // of Penn Treebank, padding included
    using var scope = TorchSharp.torch.NewDisposeScope();
    return new TextVaeModel(recipe.Model, recipe.Data.Length, Characters).named_parameters()
        .Where(named => named.name.StartsWith("decoder.", StringComparison.Ordinal)).Sum(named => named.parameter.numel());
}

internal sealed class Last : ITrainingObserver
{
    public ValidationReport? Validation { get; private set; }

    public double Seconds { get; private set; }

    public void Reported(TrainingReport report) => Seconds = report.Seconds;

    public void Validated(ValidationReport report) => Validation = report;
}
