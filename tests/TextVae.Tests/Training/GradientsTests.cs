using TextVae.Kernels;
using TextVae.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace TextVae.Tests.Training;

public class GradientsTests
{
    private const int Vocabulary = 600;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void Sparse_gradients_have_the_sums_the_norm_and_the_clipped_length_of_dense_ones(int workers, bool plain)
    {
        using var scope = NewDisposeScope();
        using var team = new WorkerTeam(workers);
        var type = plain ? float64 : float32; // other types go through torch's own operations
        var (table, weight) = (new Parameter(randn(Vocabulary, 4, dtype: type)), new Parameter(randn(4, 3, dtype: type)));
        (string, Parameter)[] parameters = [("table", table), ("weight", weight), ("unused", new Parameter(randn(2)))];
        Tensor[] tokens = [.. Enumerable.Range(0, workers).Select(worker => randint(0, Vocabulary, [20], dtype: int64))];
        var sparse = tokens.Select(own => Loss(SparseRows.Of(table, own), weight)).Select(loss => Gradients.Of(loss, parameters)).ToList();
        var dense = tokens.Select(own => Loss((table, own), weight)).Select(loss => Gradients.Of(loss, parameters)).ToList();

        var (sums, norm) = Gradients.Sum(parameters, sparse, team);
        var expected = dense.Aggregate((a, b) => [.. a.Zip(b, (one, other) => one is null ? null : one + other!)]);
        var length = cat([.. expected.OfType<Tensor>().Select(gradient => gradient.flatten())]).norm().to(float64).item<double>();
        GradientClipping.Clip(sums.Values, norm.to(float32), length / 2);

        Assert.Equal(["table", "weight"], sums.Keys.Order());
        Assert.True(sums["table"].is_sparse);
        Assert.Equal(length, norm.to(float64).item<double>(), length * 1e-5);
        Assert.True((sums["table"].to_dense() * 2).allclose(expected[0]!, 1e-4, 1e-5));
        Assert.True((sums["weight"] * 2).allclose(expected[1]!, 1e-4, 1e-5));
    }

    private static Tensor Loss((Tensor Rows, Tensor Index) looked, Tensor weight) => SparseRows.Spread(looked.Rows, looked.Index).mm(weight).sin().sum();
}
