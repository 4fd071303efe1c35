using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class FusedGradientsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_sums_are_in_the_first_workers_gradients_and_the_norm_is_that_of_all_sums_together(int threads)
    {
        using var scope = NewDisposeScope();
        using var team = new WorkerTeam(threads);
        Tensor[][] workers = [.. Enumerable.Range(0, 3).Select(_ => new[] { randn(1), randn(37, 3), randn(5000) })];
        var expected = Enumerable.Range(0, 3).Select(index => workers.Select(worker => worker[index]).Aggregate((a, b) => a + b)).ToArray();
        var norm = FusedGradients.Sum(workers, team);
        Assert.All(expected.Zip(workers[0]), pair => Assert.True(pair.First.equal(pair.Second).all().item<bool>()));
        var length = cat([.. expected.Select(tensor => tensor.flatten())]).to(float64).norm().item<double>();
        Assert.Equal(length, norm, length * 1e-6);
    }
}
