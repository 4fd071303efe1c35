namespace TextVae.Models;

/// <summary>
/// Multiplications in the matrix products of one text's forward pass: those of linear layers, convolutions and recurrences
/// by their shapes, padding as if it were text. All else, such as normalisations and losses, is not counted.
/// </summary>
/// <param name="Dense">With inputs that are any numbers.</param>
/// <param name="OneHot">With inputs that are one-hot tokens: an implementation may look them up instead, and multiply nothing.</param>
public readonly record struct ProductCount(long Dense, long OneHot)
{
    private const int Flops = 2; // a multiplication and an addition
    private const int Passes = 3; // forward, the inputs' gradient, the weights' gradient

    /// <summary>The products of a layer: at each position, every input with every output.</summary>
    public static ProductCount Of(long inputs, long outputs, long positions = 1) => new(inputs * outputs * positions, 0);

    /// <summary>As <see cref="Of"/>, where the inputs are one-hot.</summary>
    public static ProductCount OfOneHot(long inputs, long outputs, long positions) => new(0, inputs * outputs * positions);

    /// <summary>The products of a layer on tokens: on one-hot ones, or on their embeddings of so many numbers.</summary>
    internal static ProductCount OfTokens(long vocabulary, long? embedding, long outputs, long positions) => embedding is { } size
        ? OfOneHot(vocabulary, size, positions) + Of(size, outputs, positions)
        : OfOneHot(vocabulary, outputs, positions);

    /// <summary>Both.</summary>
    public static ProductCount operator +(ProductCount one, ProductCount other) => new(one.Dense + other.Dense, one.OneHot + other.OneHot);

    /// <summary>FLOP of a training step: forward and backward, by the usual count of three times the forward pass.</summary>
    /// <param name="batch">Texts.</param>
    public long TrainingStep(int batch) => Flops * Passes * batch * (Dense + OneHot);

    /// <summary>As <see cref="TrainingStep"/>, without the products of one-hot inputs.</summary>
    public long DenseTrainingStep(int batch) => Flops * Passes * batch * Dense;
}
