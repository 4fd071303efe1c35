using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Cli.Benchmarks;

/// <summary>The arithmetic that a model's matrix products really use, whatever precision was asked for.</summary>
internal static class ProductsInUse
{
    /// <summary>In training.</summary>
    public static ScalarType Of(TextVaeModel model) => model.PrecisionInUse == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16;

    /// <summary>Its name, as <c>training.precision</c> has it.</summary>
    public static string Name(this ScalarType type) => type == ScalarType.BFloat16 ? "bfloat16" : "float32";
}
