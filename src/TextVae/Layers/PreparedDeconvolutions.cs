using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// A <see cref="DeconvolutionStack"/> made ready to generate: by its running statistics each block is one product,
/// ReLU(x W + b), with the normalisation folded into W and b.
/// </summary>
/// <param name="blocks">[2 inputs, 2 outputs] and [2 outputs]: a product gives two positions.</param>
internal sealed class PreparedDeconvolutions(IReadOnlyList<(Tensor Weight, Tensor Bias)> blocks)
{
    /// <summary>All that it holds.</summary>
    public IEnumerable<Tensor> Weights => blocks.SelectMany(block => new[] { block.Weight, block.Bias });

    /// <summary>A block of it.</summary>
    /// <param name="weight">What is multiplied with positions j and j + 1 to give 2j and 2j + 1, [2 inputs, 2 outputs].</param>
    /// <param name="bias">[outputs].</param>
    /// <param name="normalization">Of the outputs.</param>
    /// <param name="type">Of the product's operands.</param>
    public static (Tensor Weight, Tensor Bias) Fold(Tensor weight, Tensor bias, BatchNorm1d normalization, ScalarType type)
    {
        var (scale, shift) = RunningBatchNorm.Fold(bias, normalization); // [outputs]
        return ((weight * scale.repeat(2)).to(type), shift.repeat(2).to(type));
    }

    /// <summary>Applies the blocks.</summary>
    /// <param name="input">[batch, time / 2^blocks, first channels].</param>
    /// <returns>[batch, time, features], of the products' type.</returns>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.to(blocks[0].Weight.dtype);
        foreach (var (weight, bias) in blocks)
        {
            var (batch, time) = (x.size(0), x.size(1));
            var following = cat([x.narrow(1, 1, time - 1), x.new_zeros(batch, 1, x.size(2))], 1);
            var windows = cat([x, following], 2).flatten(0, 1); // [batch * time, 2 * inputs]
            x = bias.addmm(windows, weight, beta: 1, alpha: 1).relu_().view(batch, 2 * time, -1);
        }
        return x.MoveToOuterDisposeScope();
    }
}
