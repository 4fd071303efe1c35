using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>x_t W + b in its two summands, for layers that add them where they need them.</summary>
/// <param name="Product">The features' part, [..., outputs], bfloat16 if the product is; null where there are no features.</param>
/// <param name="Rows">The bias and the token's part for each token there is, [vocabulary, outputs]; null where there are no tokens.</param>
/// <param name="Tokens">Which row to take, [...], int64.</param>
internal sealed record ProjectedInput(Tensor? Product, Tensor? Rows = null, Tensor? Tokens = null)
{
    /// <summary>The sum, [..., outputs].</summary>
    public Tensor Sum()
    {
        var looked = Rows?.index_select(0, Tokens!.flatten()).view([.. Tokens!.shape, -1]);
        return (Product, looked) switch
        {
            (null, _) => looked!,
            (_, null) => Product,
            _ => Product.to(looked.dtype) + looked,
        };
    }
}
