using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class SparseRowsTests
{
    private const int Vocabulary = 700;

    [Fact]
    public void Each_token_has_its_row_and_the_gradient_is_torchs_with_the_rows_that_occur_alone()
    {
        using var scope = NewDisposeScope();
        var (table, tokens) = (randn(Vocabulary, 5, dtype: float64), tensor(new long[] { 699, 3, 3, 512, 0, 699 }).view(2, 3));
        var by = randn(2, 3, 5, dtype: float64);
        var own = table.clone().requires_grad_();
        var (rows, index) = SparseRows.Of(own, tokens);
        var looked = SparseRows.Spread(rows, index);
        (looked * by).sum().backward();
        var reference = table.clone().requires_grad_();
        (reference[tokens] * by).sum().backward();

        Assert.Equal([4, 5], rows.shape);
        Assert.True(looked.equal(table[tokens]).all().item<bool>());
        Assert.True(own.grad!.is_sparse);
        Assert.Equal([0, 3, 512, 699], SparseRows.Ids(own.grad).data<long>().ToArray());
        Assert.True(own.grad.to_dense().allclose(reference.grad!, 1e-12, 1e-12));
    }

    [Fact]
    public void A_small_table_is_taken_whole()
    {
        using var scope = NewDisposeScope();
        var (table, tokens) = (randn(SparseRows.Few, 2), tensor(new long[] { 4, 4 }));
        var (rows, index) = SparseRows.Of(table, tokens);
        Assert.Same(table, rows);
        Assert.Same(tokens, index);
    }

    [Fact]
    public void The_sum_of_gradients_has_each_row_once_and_is_to_the_bit_that_of_dense_ones_in_their_order()
    {
        using var scope = NewDisposeScope();
        Tensor Gradient(params long[] ids) => SparseRows.Gradient(tensor(ids), randn(ids.Length, 3), Vocabulary);
        Tensor[] gradients = [Gradient(5, 1, 9), Gradient(1, 9), Gradient(600, 5, 9)];
        var sum = SparseRows.Sum(gradients);
        Assert.Equal([1, 5, 9, 600], SparseRows.Ids(sum).data<long>().ToArray());
        Assert.Equal(gradients.Select(gradient => gradient.to_dense()).Aggregate((a, b) => a + b).data<float>().ToArray(), sum.to_dense().data<float>().ToArray());
    }
}
