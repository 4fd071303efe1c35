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

    // Rows come and go from step to step, so that most moments only decay.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Sparse_gradients_move_all_rows_as_dense_ones_do_to_the_bit(int threads)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        Tensor[] State(int columns) => [randn([600, columns], generator: generator), zeros(600, columns), zeros(600, columns)];
        var sparse = new[] { 1, 15, 16, 40 }.Select(State).ToList();
        var dense = sparse.Select(state => state.Select(tensor => tensor.clone()).ToArray()).ToList();
        using var team = new WorkerTeam(threads);
        for (var count = 1; count <= 5; count++)
        {
            var step = AdamStep.At(count, learningRate: 0.02);
            var ids = randperm(600, generator: generator).narrow(0, 0, 20 * count);
            var gradients = sparse.Select(state => SparseRows.Gradient(ids, randn([ids.shape[0], state[0].shape[1]], generator: generator), 600)).ToList();
            FusedAdam.Apply(step, [.. sparse.Zip(gradients, (state, gradient) => (state[0], gradient, state[1], state[2]))], team);
            FusedAdam.Apply(step, [.. dense.Zip(gradients, (state, gradient) => (state[0], gradient.to_dense(), state[1], state[2]))], team);
        }
        foreach (var (actual, expected) in sparse.SelectMany(state => state).Zip(dense.SelectMany(state => state)))
        {
            Assert.True(actual.equal(expected).all().item<bool>());
        }
    }
}
