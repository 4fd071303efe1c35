using TextVae.Objectives;
using static TorchSharp.torch;

namespace TextVae.Tests.Objectives;

public class FreeBitsTests
{
    [Fact]
    public void A_dimension_below_its_free_bits_costs_them_and_is_not_pushed_further()
    {
        using var scope = NewDisposeScope();
        // Means over the batch: 0.2, 0.6 and 1.
        var kl = tensor(new[] { 0.1f, 1.0f, 0.5f, 0.3f, 0.2f, 1.5f }).view(2, 3).requires_grad_();
        var term = FreeBits.KlTerm(kl, 0.5, batch: 2);
        term.backward();

        Assert.Equal(0.5 + 0.6 + 1, term.item<float>(), 1e-6);
        Assert.Equal([0, 0.5f, 0.5f, 0, 0.5f, 0.5f], kl.grad!.data<float>().ToArray());
    }

    [Fact]
    public void Without_free_bits_it_is_the_mean_KL()
    {
        using var scope = NewDisposeScope();
        var kl = rand(4, 3);
        Assert.Equal(kl.sum(-1).mean().item<float>(), FreeBits.KlTerm(kl, 0, batch: 4).item<float>(), 1e-6);
    }
}
