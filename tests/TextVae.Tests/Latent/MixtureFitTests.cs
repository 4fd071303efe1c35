using TextVae.Latent;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Latent;

public class MixtureFitTests
{
    private static readonly GaussianMixture Known = new(
        [0.2, 0.5, 0.3], [-6, 0, 0, 5, 6, -1], [1, 0, 0.6, 0.8, 0.5, 0, 0, 2, 1, 0, -0.9, 0.5]);

    private static Draws Draw(int count, long seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        ulong[] choices = [.. Enumerable.Range(0, count).Select(index => Randomness.Seed(seed, index, RandomStream.Mixture))];
        return new Draws(Known.Sample(randn([count, 2], dtype: ScalarType.Float64, generator: generator), choices).data<double>().ToArray(), 2, count);
    }

    [Fact]
    public void A_known_mixture_is_found_again()
    {
        var (fitted, density) = PriorFit.Try(Draw(6_000, seed: 1), Draw(2_000, seed: 2), components: 3, seed: 1);
        var order = Enumerable.Range(0, 3).OrderBy(component => fitted.Means[2 * component]).ToArray();
        Assert.Equal([0.2, 0.5, 0.3], order.Select(component => fitted.Weights[component]), (a, b) => Math.Abs(a - b) < 0.03);
        Assert.Equal(Known.Means, order.SelectMany(component => fitted.Means[(2 * component)..(2 * component + 2)]), (a, b) => Math.Abs(a - b) < 0.15);
        Assert.Equal(Known.Factors, order.SelectMany(component => fitted.Factors[(4 * component)..(4 * component + 4)]), (a, b) => Math.Abs(a - b) < 0.1);
        Assert.Equal(PriorFit.Mean(Known, Draw(2_000, seed: 2)), density, 0.02);
    }

    [Fact]
    public void More_iterations_and_more_components_explain_the_vectors_better_and_the_right_number_unseen_ones_best()
    {
        var (draws, unseen) = (Draw(3_000, seed: 3), Draw(3_000, seed: 4));
        var densities = new[] { 1, 2, 3, 32 }.Select(components => PriorFit.Try(draws, unseen, components, seed: 5)).ToList();
        var own = densities.Select(one => PriorFit.Mean(one.Mixture, draws)).ToList();
        Assert.Equal(own.Order(), own);
        Assert.Equal(densities.Max(one => one.LogDensity), densities[2].LogDensity);
        Assert.All(densities[..2], one => Assert.True(one.LogDensity < densities[2].LogDensity - 0.1));
    }

    [Fact]
    public void One_component_has_the_moments_of_many_vectors()
    {
        using var scope = NewDisposeScope();
        var draws = Draw(5_000, seed: 6).Matrix();
        var one = MixtureFit.Fit(draws, components: 1, seed: 1);
        var centred = draws - draws.mean([0]);
        var factor = tensor(one.Factors).view(2, 2);
        Assert.True(allclose(draws.mean([0]), tensor(one.Means), rtol: 0, atol: 1e-4));
        Assert.True(allclose(centred.T.matmul(centred).div(5_000), factor.matmul(factor.T), rtol: 0.01, atol: 0.01));
    }

    [Fact]
    public void The_fit_is_a_function_of_the_seed()
    {
        using var scope = NewDisposeScope();
        var draws = Draw(500, seed: 7).Matrix();
        double[] Means(long seed) => MixtureFit.Fit(draws, components: 8, seed).Means;
        Assert.Equal(Means(1), Means(1));
        Assert.NotEqual(Means(1), Means(2));
    }

    [Fact]
    public void Few_vectors_all_alike_give_a_density_that_is_finite()
    {
        using var scope = NewDisposeScope();
        foreach (var draws in new[] { zeros(4, 3, dtype: ScalarType.Float64), randn([3, 40], dtype: ScalarType.Float64) })
        {
            var fitted = MixtureFit.Fit(draws, components: 2, seed: 1);
            Assert.True(fitted.LogDensity(draws).isfinite().all().item<bool>());
            Assert.True(fitted.LogDensity(draws.add(1)).isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void Few_texts_have_few_candidates_and_so_have_large_vectors()
    {
        IReadOnlyList<int> Candidates(int texts, int latent) => PriorFit.Candidates(new Draws(new double[texts * latent], latent, texts));
        Assert.Equal([1], Candidates(1, 3));
        Assert.Equal([1, 2, 4], Candidates(9, 3));
        Assert.Equal([1, 2, 4, 8, 16, 32], Candidates(20_000, 32));
        Assert.Equal([1, 2], Candidates(2_000, 512).Take(2));
        Assert.DoesNotContain(32, Candidates(20_000, 128));
    }
}
