using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// The tensors that modules will have, so that a model can be compared with its file and with the machine's memory before
/// any of it is allocated. Names are those in the module. Sizes are 64-bit, as they come from files of strangers.
/// </summary>
public static class TensorShapes
{
    /// <summary>One tensor of float32.</summary>
    public static IEnumerable<TensorShape> Of(string name, params long[] shape) => [new(name, ScalarType.Float32, shape)];

    /// <summary>Those of a linear layer.</summary>
    public static IEnumerable<TensorShape> Linear(string name, long inputs, long outputs, bool hasBias = true) =>
        [.. Of($"{name}.weight", outputs, inputs), .. hasBias ? Of($"{name}.bias", outputs) : []];

    /// <summary>Those of a convolution in one dimension.</summary>
    public static IEnumerable<TensorShape> Convolution(string name, long inputs, long outputs, long kernel) =>
        [.. Of($"{name}.weight", outputs, inputs, kernel), .. Of($"{name}.bias", outputs)];

    /// <summary>Those of a transposed convolution in one dimension.</summary>
    public static IEnumerable<TensorShape> Deconvolution(string name, long inputs, long outputs, long kernel) =>
        [.. Of($"{name}.weight", inputs, outputs, kernel), .. Of($"{name}.bias", outputs)];

    /// <summary>Those of a batch normalisation.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="features">Numbers that are normalised.</param>
    /// <param name="hasGain">Whether it has gains and shifts that are trained.</param>
    public static IEnumerable<TensorShape> BatchNorm(string name, long features, bool hasGain = true) =>
    [
        .. hasGain ? LayerNorm(name, features) : [],
        .. Of($"{name}.running_mean", features), .. Of($"{name}.running_var", features),
        new($"{name}.num_batches_tracked", ScalarType.Int64, []),
    ];

    /// <summary>Those of a layer normalisation.</summary>
    public static IEnumerable<TensorShape> LayerNorm(string name, long features) =>
        [.. Of($"{name}.weight", features), .. Of($"{name}.bias", features)];

    /// <summary>The same in a module that has this one under a name.</summary>
    public static IEnumerable<TensorShape> Under(this IEnumerable<TensorShape> tensors, string name) =>
        tensors.Select(tensor => tensor with { Name = $"{name}.{tensor.Name}" });
}
