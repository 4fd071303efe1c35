using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class FusedAdamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Five_steps_of_parameters_of_any_length_are_the_plain_ones_in_float64(int threads)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor[] State(int length) => [randn(length, generator: generator), zeros(length), zeros(length)];
        var fast = new[] { 1, 15, 16, 17, 1023, 5000 }.Select(State).ToList();
        var plain = fast.Select(state => state.Select(tensor => tensor.to(float64)).ToArray()).ToList();
        using var team = new WorkerTeam(threads);
        for (var count = 1; count <= 5; count++)
        {
            var step = AdamStep.At(count, learningRate: 0.02);
            var gradients = fast.Select(state => randn(state[0].shape, generator: generator)).ToList();
            FusedAdam.Apply(step, [.. fast.Zip(gradients, (state, gradient) => (state[0], gradient, state[1], state[2]))], team);
            foreach (var (state, gradient) in plain.Zip(gradients))
            {
                step.ApplyPlain(state[0], gradient.to(float64), state[1], state[2]);
            }
        }
        foreach (var (actual, expected) in fast.SelectMany(state => state).Zip(plain.SelectMany(state => state)))
        {
            Assert.True(allclose(expected, actual.to(float64), rtol: 1e-5, atol: 1e-6));
        }
    }
}
