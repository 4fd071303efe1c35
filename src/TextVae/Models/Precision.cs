using System.Text.Json.Serialization;
using TextVae.Layers;
using TextVae.Platform;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The arithmetic that a user asks for. Weights, sums and the optimiser are float32 in every case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Precision>))]
#pragma warning disable CA1720 // A member named after a type: the types are what it is about.
public enum Precision
{
    /// <summary>bfloat16 products where the processor has them, else float32.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>float32 throughout.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32,

    /// <summary>The products of recurrent layers, of what enters them, in training of (de)convolutions and in generation of all layers, of bfloat16 operands, accumulated in float32.</summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16,
}

/// <summary>Applies a <see cref="Precision"/>.</summary>
public static class PrecisionExtensions
{
    /// <summary>Sets the arithmetic of a model's recurrent layers, of what enters them and of its (de)convolutions.</summary>
    public static void Use(this nn.Module model, Precision precision)
    {
        var products = precision == Precision.BFloat16 || (precision == Precision.Auto && ProcessorInfo.HasFastBFloat16)
            ? MatrixPrecision.BFloat16
            : MatrixPrecision.Float32;
        foreach (var (_, module) in model.named_modules())
        {
            if (module is IHasMatrixPrecision layer)
            {
                layer.Precision = products;
            }
        }
    }
}
