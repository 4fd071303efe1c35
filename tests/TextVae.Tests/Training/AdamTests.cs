using TextVae.Kernels;
using TextVae.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace TextVae.Tests.Training;

public class AdamTests
{
    [Fact]
    public void Ten_steps_are_those_of_torchs_Adam()
    {
        using var scope = NewDisposeScope();
        var start = randn(4, 3);
        var (mine, torchs) = (new Parameter(start.clone()), new Parameter(start.clone()));
        using var team = new WorkerTeam(1);
        var adam = new Adam([("weight", mine)]);
        var reference = optim.Adam([torchs], lr: 0.01);
        for (var step = 0; step < 10; step++)
        {
            foreach (var parameter in new[] { mine, torchs })
            {
                parameter.grad?.zero_();
                (parameter.square().sum() + parameter.sin().sum()).backward();
            }
            adam.Step(0.01, new Dictionary<string, Tensor> { ["weight"] = mine.grad! }, team);
            reference.step();
        }
        Assert.True(allclose(torchs, mine, rtol: 1e-5, atol: 1e-7));
        Assert.False(allclose(start, mine, rtol: 1e-2, atol: 1e-2));
    }
}
