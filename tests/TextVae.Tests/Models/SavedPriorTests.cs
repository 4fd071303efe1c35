using TextVae.Models;
using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

public sealed class SavedPriorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two Gaussians of two dimensions.</summary>
    private static SavedPrior Some => new(
        new GaussianMixture([0.3, 0.7], [1, 2, 3, 4], [1, 0, 2, 3, 4, 0, -5, 6]),
        new FittedPrior { Components = 2, Texts = 300, HeldOutTexts = 20, LogDensity = -3.25, StandardLogDensity = -1e300 / 3 },
        "the weights");

    [Fact]
    public void What_is_written_is_read_again_to_the_bit()
    {
        var (some, written) = (Some, Some.Write(_folder.Path));
        Assert.Equal([SavedPrior.Name], Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)));
        Assert.Equal(some.Mixture.Weights, written.Mixture.Weights);
        Assert.Equal(some.Mixture.Means, written.Mixture.Means);
        Assert.Equal(some.Mixture.Factors, written.Mixture.Factors);
        Assert.Equal(some.Figures with { Sha256 = written.Figures.Sha256 }, written.Figures);
        Assert.Equal((64, "the weights", true), (written.Figures.Sha256.Length, written.WeightsSha256, written.Figures.IsPreferred));
        Assert.Null(SavedPrior.Read(_folder.Cache, latent: 2)); // another folder
    }

    [Fact]
    public void A_damaged_file_is_named_with_the_place_when_the_prior_is_asked_for_and_not_before()
    {
        void Damaged(string place, int latent = 2)
        {
            var priors = AvailablePriors.Read(_folder.Path, latent, "the weights");
            Assert.Equal(PriorKind.Standard, priors.Kind(PriorKind.Standard));
            Assert.All(new PriorKind?[] { null, PriorKind.Fitted }, asked =>
            {
                var error = Assert.Throws<InvalidInputException>(() => priors.Of(asked));
                Assert.Equal(InputKind.RunFolder, error.Kind);
                Assert.StartsWith($"{_folder[SavedPrior.Name]}: {place}", error.Message, StringComparison.Ordinal);
            });
        }
        Some.Write(_folder.Path);
        Damaged("tensor \"means\": found Float64 of shape [2, 2]; expected Float64 of shape [2, 3]", latent: 3);
        var bytes = File.ReadAllBytes(_folder[SavedPrior.Name]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_folder[SavedPrior.Name], bytes);
        Damaged("data: found SHA-256 ");
        File.WriteAllBytes(_folder[SavedPrior.Name], bytes[..5]);
        Damaged("header: ");

        Write([0.3, 0.8], [1, 0, 0, 1]);
        Damaged("tensor \"weights\": found a sum of 1.1");
        Write([0.3, double.NaN], [1, 0, 0, 1]);
        Damaged("tensor \"weights\": found a number that is infinite or NaN");
        Write([1], [1, 0, 0, -1]);
        Damaged("tensor \"factors\": found a matrix that is none");
        Write([1], [1, 2, 0, 1]);
        Damaged("tensor \"factors\": found a matrix that is none");
        Write([1], [1, 0, 0, 1]);
        Damaged("__metadata__ \"texts\": found none; expected a number");
    }

    [Fact]
    public void A_prior_of_other_weights_is_never_used()
    {
        Some.Write(_folder.Path);
        Assert.Equal(PriorKind.Fitted, AvailablePriors.Read(_folder.Path, 2, "the weights").Kind(null));
        var stale = AvailablePriors.Read(_folder.Path, 2, "other weights");
        Assert.Same(LatentPrior.Standard, stale.Of(null));
        Assert.Null(stale.Beside(null));
        Assert.Contains("other weights", stale.Fault, StringComparison.Ordinal);
        Assert.Contains("other weights", Assert.Throws<InvalidInputException>(() => stale.Of(PriorKind.Fitted)).Message, StringComparison.Ordinal);
    }

    private void Write(double[] weights, double[] factor)
    {
        using var scope = NewDisposeScope();
        Safetensors.Write(_folder[SavedPrior.Name], new Dictionary<string, Tensor>
        {
            ["weights"] = tensor(weights),
            ["means"] = zeros(weights.Length, 2, dtype: ScalarType.Float64),
            ["factors"] = tensor(factor).view(1, 2, 2).repeat(weights.Length, 1, 1),
        });
    }
}
