using System.Text.Json.Serialization;

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
