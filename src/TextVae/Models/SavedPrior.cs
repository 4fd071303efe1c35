using System.Globalization;
using System.Numerics;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>A fitted prior on disk (docs/formats.md): its numbers, and which weights it belongs to.</summary>
/// <param name="Mixture">The prior.</param>
/// <param name="Figures">How good it is.</param>
/// <param name="WeightsSha256">The SHA-256 of the data of the <c>model.safetensors</c> whose posteriors it was fitted to.</param>
internal sealed record SavedPrior(GaussianMixture Mixture, FittedPrior Figures, string WeightsSha256)
{
    /// <summary>The file's name.</summary>
    public const string Name = "prior.safetensors";

    private const int MostComponents = 1_024; // of any that is read; far fewer are ever fitted
    private const double Rounding = 1e-6; // of a sum of weights

    /// <summary>The most bytes that such a file has.</summary>
    public static BigInteger MostBytes(int latent) => new BigInteger(MostComponents) * (1 + latent + (BigInteger)latent * latent) * sizeof(double) + SafetensorsFormat.MaxOtherBytes;

    /// <summary>Writes or replaces the file in a folder, and gives back what is read from it again.</summary>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public SavedPrior Write(string folder)
    {
        using var scope = NewDisposeScope();
        var (components, latent) = (Mixture.Components, Mixture.Latent);
        Safetensors.Write(
            Path.Combine(folder, Name),
            new Dictionary<string, Tensor>
            {
                ["weights"] = tensor(Mixture.Weights),
                ["means"] = tensor(Mixture.Means).view(components, latent),
                ["factors"] = tensor(Mixture.Factors).view(components, latent, latent),
            },
            new Dictionary<string, string>
            {
                ["components"] = Text(components),
                ["texts"] = Text(Figures.Texts),
                ["held_out_texts"] = Text(Figures.HeldOutTexts),
                ["log_density"] = Text(Figures.LogDensity),
                ["standard_log_density"] = Text(Figures.StandardLogDensity),
                ["preferred"] = Figures.IsPreferred ? "fitted" : "standard",
                ["weights_sha256"] = WeightsSha256,
            });
        return Read(folder, latent)!;
    }

    /// <summary>Reads the file in a folder; null where there is none.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="latent">Z of the model.</param>
    /// <exception cref="InvalidInputException">It is malformed or edited, or for vectors of another size.</exception>
    public static SavedPrior? Read(string folder, int latent)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            return null;
        }
        using var file = SafetensorsFile.Open(path);
        var components = file["weights"].Shape is [>= 1 and <= MostComponents and var count]
            ? count
            : throw Invalid(path, "tensor \"weights\"", $"shape {SafetensorsFormat.Show(file["weights"].Shape)}", $"1 to {MostComponents} numbers");
        double[] Numbers(string name, params long[] shape)
        {
            Require(path, file[name].Type == float64 && file[name].Shape.SequenceEqual(shape), $"tensor \"{name}\"", $"{file[name].Type} of shape {SafetensorsFormat.Show(file[name].Shape)}", $"Float64 of shape {SafetensorsFormat.Show(shape)}");
            using var scope = NewDisposeScope();
            double[] numbers = [.. file.Read(name).data<double>()];
            Require(path, Array.TrueForAll(numbers, double.IsFinite), $"tensor \"{name}\"", "a number that is infinite or NaN", "finite numbers");
            return numbers;
        }
        var (weights, means, factors) = (Numbers("weights", components), Numbers("means", components, latent), Numbers("factors", components, latent, latent));
        Require(path, Array.TrueForAll(weights, weight => weight >= 0) && Math.Abs(weights.Sum() - 1) < Rounding, "tensor \"weights\"", $"a sum of {Text(weights.Sum())}", "numbers from 0 on of sum 1");
        Require(path, IsFactor(factors, latent), "tensor \"factors\"", "a matrix that is none", "lower triangular ones with a positive diagonal");
        var figures = new FittedPrior
        {
            Components = (int)components,
            Texts = (long)Figure(file, "texts"),
            HeldOutTexts = (long)Figure(file, "held_out_texts"),
            LogDensity = Figure(file, "log_density"),
            StandardLogDensity = Figure(file, "standard_log_density"),
            Sha256 = file.DataSha256,
        };
        return new SavedPrior(new GaussianMixture(weights, means, factors), figures, file.Metadata.GetValueOrDefault("weights_sha256", ""));
    }

    private static bool IsFactor(double[] factors, int latent)
    {
        for (var index = 0; index < factors.Length; index++)
        {
            var (row, column) = (index / latent % latent, index % latent);
            if (row < column ? factors[index] != 0 : row == column && factors[index] <= 0)
            {
                return false;
            }
        }
        return true;
    }

    private static double Figure(SafetensorsFile file, string key)
    {
        var found = file.Metadata.GetValueOrDefault(key);
        return double.TryParse(found, NumberStyles.Float, CultureInfo.InvariantCulture, out var figure) && double.IsFinite(figure)
            ? figure
            : throw Invalid(file.Path, $"{SafetensorsFormat.MetadataKey} \"{key}\"", found is null ? "none" : SafetensorsFormat.Quote(found), "a number");
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static void Require(string path, bool condition, string place, string found, string expected)
    {
        if (!condition)
        {
            throw Invalid(path, place, found, expected);
        }
    }

    private static InvalidInputException Invalid(string path, string place, string found, string expected) =>
        new(InputKind.RunFolder, $"{path}: {place}: found {found}; expected {expected}");
}
