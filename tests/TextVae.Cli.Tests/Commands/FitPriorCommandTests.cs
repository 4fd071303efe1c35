using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

/// <summary><c>fit-prior</c>, and <c>--prior</c> of the commands that have it.</summary>
public sealed class FitPriorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder;

    public FitPriorCommandTests(TrainedRun trained) => _folder = trained.Copy();

    public void Dispose() => _folder.Dispose();

    private Ended Run(params string[] arguments) => TextVaeProcess.Run(_folder, arguments);

    [Fact]
    public void A_prior_is_fitted_and_then_used_by_the_commands_that_have_one()
    {
        Assert.True(File.Exists(_folder["run/prior.safetensors"])); // by training
        File.Delete(_folder["run/prior.safetensors"]);
        Refusal.Of(3, Run("sample", "run", "--prior", "fitted"), "the prior is fitted; expected standard", "textvae fit-prior RUN");

        var fit = Run("fit-prior", "run", "--threads", "1").Succeeded();
        Assert.Contains(fit, line => line.Contains("N(0, I)", StringComparison.Ordinal));
        Assert.Contains(fit, line => line.Contains("one Gaussian", StringComparison.Ordinal));
        Assert.StartsWith("* saved, ", fit[^1], StringComparison.Ordinal);

        Assert.Equal(3, Run("sample", "run", "-n", "3", "--prior", "fitted").Succeeded().Length);
        Assert.Equal(3, Run("interpolate", "run", "--steps", "3", "--spherical", "--prior", "fitted").Succeeded().Length);
        Assert.Single(Run("score", "run", "cat eats owls", "--prior", "fitted").Succeeded());
        var both = JsonElement.Parse(Assert.Single(Run("evaluate", "run", "--importance-samples", "2", "--json").Succeeded()));
        Assert.True(both.GetProperty("fitted_prior_elbo").GetDouble() < 0);
        Assert.True(both.GetProperty("fitted_prior_importance_weighted").GetProperty("importance_weighted_nll").GetDouble() > 0);
        var standard = JsonElement.Parse(Assert.Single(Run("evaluate", "run", "--prior", "standard", "--json").Succeeded()));
        Assert.Equal(both.GetProperty("elbo").GetDouble(), standard.GetProperty("elbo").GetDouble());
        Assert.False(standard.TryGetProperty("fitted_prior_elbo", out _));
    }

    [Fact]
    public void A_prior_of_other_weights_and_a_damaged_one_are_named_in_a_line()
    {
        File.Copy(_folder["run/checkpoints/000000039/model.safetensors"], _folder["run/model.safetensors"], overwrite: true);
        var stale = Run("sample", "run", "-n", "2");
        Assert.Equal(2, stale.Succeeded().Length);
        Assert.Contains("the standard prior is used: run/prior.safetensors: found a prior that was fitted to other weights", Assert.Single(stale.ErrorLines), StringComparison.Ordinal);
        File.WriteAllText(_folder["run/prior.safetensors"], "damaged");
        Refusal.Of(3, Run("evaluate", "run"), "run/prior.safetensors: header: ", "textvae fit-prior RUN");
        Assert.Equal(2, Run("sample", "run", "-n", "2", "--prior", "standard").Succeeded().Length);
        Assert.Single(Run("fit-prior", "run", "--json").Succeeded());
    }
}
