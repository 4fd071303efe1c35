using System.Numerics;
using TextVae.Platform;
using TextVae.Storage;
using TorchSharp;

namespace TextVae.Models;

/// <summary>How large a model would be, from its configuration alone.</summary>
/// <param name="Bytes">Of all its tensors.</param>
/// <param name="Largest">The largest of them.</param>
internal readonly record struct ModelSize(BigInteger Bytes, TensorShape? Largest)
{
    /// <summary>Adds up the tensors of a configuration; parts that do not say theirs count nothing.</summary>
    /// <exception cref="InvalidInputException">There are more tensors than a file can hold, or a size is negative.</exception>
    public static ModelSize Of(ModelConfig config, ModelShape shape)
    {
        var (bytes, count) = (BigInteger.Zero, 0);
        var (largest, most) = ((TensorShape?)null, BigInteger.Zero);
        foreach (var tensor in config.Tensors(shape))
        {
            Check.That(++count <= SafetensorsFormat.MaxTensors, "model", $"of more than {SafetensorsFormat.MaxTensors:N0} tensors", "at most so many, as many as a file holds");
            Check.That(tensor.Shape.All(size => size >= 0), "model", SafetensorsFormat.Describe(tensor), "no negative size");
            var own = tensor.Shape.Aggregate((BigInteger)tensor.Type.ElementSize(), (product, size) => product * size);
            bytes += own;
            (largest, most) = own > most ? (tensor, own) : (largest, most);
        }
        return new ModelSize(bytes, largest);
    }

    /// <summary>Refuses a model that this machine has no memory for.</summary>
    /// <param name="copies">How many numbers there are for each of the model's.</param>
    /// <param name="more">Bytes that are needed beside them.</param>
    /// <param name="what">What needs them.</param>
    /// <exception cref="InvalidInputException">There is less memory; the message says how much of both.</exception>
    public void RequireMemory(int copies, BigInteger more, string what) => MachineMemory.Require(copies * Bytes + more, what,
        Largest is null ? "a smaller model" : $"a smaller model, whose largest tensor is now {SafetensorsFormat.Describe(Largest)}, or a smaller training.batchSize");
}
