using System.Text.Json.Serialization;
using TextVae.Kernels;
using TextVae.Layers;
using TextVae.Platform;
using static TorchSharp.torch;

namespace TextVae;

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

    /// <summary>Generation by an LSTM with products of 8-bit operands, summed exactly, where the processor has them; all else as <see cref="Auto"/>. Not for training.</summary>
    [JsonStringEnumMemberName("int8")]
    Int8,
}

/// <summary>Applies a <see cref="Precision"/>.</summary>
public static class PrecisionExtensions
{
    /// <summary>Sets the arithmetic of a model's recurrent layers, of what enters them and of its (de)convolutions.</summary>
    public static void Use(this nn.Module model, Precision precision)
    {
        var products = precision == Precision.BFloat16 || (precision is Precision.Auto or Precision.Int8 && ProcessorInfo.HasFastBFloat16)
            ? MatrixPrecision.BFloat16
            : MatrixPrecision.Float32;
        foreach (var (_, module) in model.named_modules())
        {
            if (module is IHasMatrixPrecision layer)
            {
                layer.Precision = products;
            }
            if (module is LayerNormLstm lstm)
            {
                lstm.QuantizesSteps = precision == Precision.Int8;
            }
        }
    }

    /// <summary>The arithmetic that <see cref="Use"/> has set, as this machine has it: never <see cref="Precision.Auto"/>.</summary>
    public static Precision PrecisionInUse(this nn.Module model)
    {
        var layers = model.modules().ToList();
        return QuantizedProduct.IsSupported && layers.OfType<LayerNormLstm>().Any(lstm => lstm.QuantizesSteps) ? Precision.Int8
            : layers.OfType<IHasMatrixPrecision>().Any(layer => layer.Precision == MatrixPrecision.BFloat16) ? Precision.BFloat16
            : Precision.Float32;
    }
}
