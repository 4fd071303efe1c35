using TextVae.Kernels;
using TextVae.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace TextVae.Tests.Training;

public class AdamTests
{
    [Fact]
    public void Ten_steps_are_those_of_torchs_Adam() => IsTorchs(0, parameter => optim.Adam([parameter], lr: 0.01));

    [Fact]
    public void With_weight_decay_they_are_those_of_torchs_AdamW() => IsTorchs(0.3, parameter => optim.AdamW([parameter], lr: 0.01, weight_decay: 0.3));

    [Fact]
    public void Gains_and_biases_do_not_decay()
    {
        using var scope = NewDisposeScope();
        var bias = new Parameter(ones(3));
        using var team = new WorkerTeam(1);
        using var adam = new Adam([("bias", bias)]);
        adam.Step(0.01, new Dictionary<string, Tensor> { ["bias"] = zeros(3) }, team, weightDecay: 0.5);
        Assert.True(bias.eq(1).all().item<bool>());
    }

    private static void IsTorchs(double weightDecay, Func<Parameter, optim.Optimizer> torchsAdam)
    {
        using var scope = NewDisposeScope();
        var start = randn(4, 3);
        var (mine, torchs) = (new Parameter(start.clone()), new Parameter(start.clone()));
        using var team = new WorkerTeam(1);
        var adam = new Adam([("weight", mine)]);
        var reference = torchsAdam(torchs);
        for (var step = 0; step < 10; step++)
        {
            foreach (var parameter in new[] { mine, torchs })
            {
                parameter.grad?.zero_();
                (parameter.square().sum() + parameter.sin().sum()).backward();
            }
            adam.Step(0.01, new Dictionary<string, Tensor> { ["weight"] = mine.grad! }, team, weightDecay);
            reference.step();
        }
        Assert.True(allclose(torchs, mine, rtol: 1e-5, atol: 1e-7));
        Assert.False(allclose(start, mine, rtol: 1e-2, atol: 1e-2));
    }
}
