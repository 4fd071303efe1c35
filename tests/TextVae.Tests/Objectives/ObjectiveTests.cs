using TextVae.Data;
using TextVae.Layers;
using TextVae.Models;
using TextVae.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Objectives;

public class ObjectiveTests
{
    private static ModelOutput Output(Tensor logits, Tensor auxiliary) =>
        new(logits, auxiliary, new GaussianPosterior(zeros(logits.shape[0], 2), zeros(logits.shape[0], 2)));

    [Fact]
    public void Reconstruction_is_the_sum_of_the_tokens_surprises()
    {
        using var scope = NewDisposeScope();
        // Two texts of two tokens; probabilities (1/2, 1/4, 1/4) and uniform.
        var logits = tensor(new[] { 0.5f, 0.25f, 0.25f }).log().expand(2, 2, 3);
        var terms = new Objective(padId: 0, scorePadding: true).TermsPlain(Output(logits, zeros(2, 2, 3)), TextBatch.Of(tensor(new long[] { 0, 1, 2, 2 }).view(2, 2)));

        var expected = new[] { Math.Log(2) + Math.Log(4), Math.Log(4) + Math.Log(4) };
        Assert.Equal(expected, terms.Reconstruction.data<float>().ToArray().Select(x => (double)x), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.All(terms.Auxiliary.data<float>().ToArray(), nats => Assert.Equal(2 * Math.Log(3), nats, 1e-5));
        Assert.All(terms.Kl.data<float>().ToArray(), nats => Assert.Equal(0, nats));
    }

    [Fact]
    public void Padding_is_free_unless_it_is_scored()
    {
        using var scope = NewDisposeScope();
        var output = Output(zeros(1, 4, 3), zeros(1, 4, 3));
        var tokens = tensor(new long[] { 2, 1, 0, 0 }).view(1, 4);

        Assert.Equal(2 * Math.Log(3), new Objective(0, scorePadding: false).TermsPlain(output, TextBatch.Of(tokens)).Reconstruction.item<float>(), 1e-5);
        Assert.Equal(4 * Math.Log(3), new Objective(0, scorePadding: true).TermsPlain(output, TextBatch.Of(tokens)).Reconstruction.item<float>(), 1e-5);
    }

    [Fact]
    public void The_total_weighs_the_terms_as_equation_4_does()
    {
        using var scope = NewDisposeScope();
        var terms = new LossTerms(tensor(new[] { 10f, 20f }), tensor(new[] { 1f, 0f, 1f, 2f }).view(2, 2), tensor(new[] { 100f, 300f }));
        Assert.Equal(15 + 0.5 * 2 + 0.2 * 200, terms.Total(beta: 0.5, alpha: 0.2).item<float>(), 1e-4);
    }

    [Fact]
    public void The_gradient_of_the_total_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        var model = Tiny.Model();
        model.to(float64);
        var (tokens, noise) = (Tiny.Tokens(5), Tiny.Noise(5).to(float64));
        var objective = new Objective(0, false);
        Tensor Total() => Tiny.Terms(objective, model, TextBatch.Of(tokens), noise).Total(beta: 0.7, alpha: 0.2);
        Total().backward();

        foreach (var (name, parameter) in model.named_parameters())
        {
            var flat = parameter.view(-1);
            var index = flat.shape[0] / 2;
            var analytic = parameter.grad!.view(-1)[index].item<double>();
            double At(double shift)
            {
                using var _ = no_grad();
                flat[index] += shift;
                var value = Total().item<double>();
                flat[index] -= shift;
                return value;
            }
            var numeric = (At(1e-5) - At(-1e-5)) / 2e-5;
            Assert.True(Math.Abs(numeric - analytic) <= 1e-5 + 1e-4 * Math.Abs(numeric), $"{name}: {analytic} is not {numeric}");
        }
    }
}
