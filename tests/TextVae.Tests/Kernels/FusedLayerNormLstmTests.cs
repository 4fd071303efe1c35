using CsCheck;
using TextVae.Kernels;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class FusedLayerNormLstmTests
{
    private static readonly Gen<LstmProblem> Problems =
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 7], Gen.Int[1, 70], Gen.Bool, Gen.Bool, Gen.Int[0, 1 << 20], Gen.Select(Gen.Enum<LstmInput>(), Gen.Bool),
            (time, batch, hidden, h, c, seed, other) => new LstmProblem(time, batch, hidden, h, c, seed, other.Item1, other.Item2));

    // Float32 has 6e-8 for one operation; a dozen steps with sums over 4H numbers and back multiply that by some hundreds.
    [Fact]
    public void Outputs_and_all_gradients_equal_the_plain_layers_in_float64() => Problems.Sample(
        problem =>
        {
            using var scope = NewDisposeScope();
            LstmProblem.AssertClose(problem.Compute(LstmPath.Plain, ScalarType.Float64), problem.Compute(LstmPath.Chosen, ScalarType.Float32), 2e-4);
        },
        iter: 100, threads: 1);

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 16)]
    [InlineData(30, 3, 100)]
    [InlineData(4, 33, 129)]
    public void Sizes_of_every_kind_agree(int time, int batch, int hidden)
    {
        using var scope = NewDisposeScope();
        var problem = new LstmProblem(time, batch, hidden, true, true, 5);
        LstmProblem.AssertClose(problem.Compute(LstmPath.Plain, ScalarType.Float64), problem.Compute(LstmPath.Chosen, ScalarType.Float32), 2e-4);
    }

    // bfloat16 has 2e-3 for one number. The reference rounds nothing; errors add up over the steps like those of independent
    // roundings. The largest of thousands of errors is some five times a typical one.
    [Theory]
    [InlineData(20, 8, 100)]
    [InlineData(7, 5, 37)]
    [InlineData(1, 1, 3)]
    public void Products_in_bfloat16_lose_two_digits_at_most(int time, int batch, int hidden)
    {
        using var scope = NewDisposeScope();
        var problem = new LstmProblem(time, batch, hidden, true, true, 6);
        var expected = problem.Compute(LstmPath.Plain, ScalarType.Float64);
        LstmProblem.AssertClose(expected, problem.Compute(LstmPath.Chosen, ScalarType.Float32, MatrixPrecision.BFloat16), 0.05);
        LstmProblem.AssertClose(expected, problem.Compute(LstmPath.Plain, ScalarType.Float32, MatrixPrecision.BFloat16), 0.05);
    }

    [Theory]
    [InlineData(MatrixPrecision.Float32)]
    [InlineData(MatrixPrecision.BFloat16)]
    public void Two_runs_agree_to_the_last_bit(MatrixPrecision precision)
    {
        using var scope = NewDisposeScope();
        var problem = new LstmProblem(12, 19, 75, true, true, 7);
        var first = problem.Compute(LstmPath.Chosen, ScalarType.Float32, precision);
        for (var run = 0; run < 5; run++)
        {
            foreach (var (name, tensor) in problem.Compute(LstmPath.Chosen, ScalarType.Float32, precision))
            {
                Assert.True(tensor.eq(first[name]).all().item<bool>(), name);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Any_number_of_threads_gives_the_same_numbers_but_for_rounding(int threads)
    {
        using var scope = NewDisposeScope();
        var problem = new LstmProblem(6, 10, 40, true, true, 11);
        var expected = problem.Compute(LstmPath.Plain, ScalarType.Float64);
        ThreadTeamTests.WithThreads(threads, () =>
            LstmProblem.AssertClose(expected, problem.Compute(LstmPath.Chosen, ScalarType.Float32), 2e-4));
    }

    [Fact]
    public async Task It_runs_on_any_thread_of_the_program()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(
            () =>
            {
                using var scope = NewDisposeScope();
                var problem = new LstmProblem(5, 6, 24, true, true, seed);
                LstmProblem.AssertClose(
                    problem.Compute(LstmPath.Plain, ScalarType.Float64), problem.Compute(LstmPath.Chosen, ScalarType.Float32), 2e-4);
            },
            TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Without_gradients_the_outputs_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        var layer = new LayerNormLstm(21, generator: generator);
        var positions = new PackedPositions([6, 2, 5, 5], 6, CPU);
        var projected = randn(positions.Count, 84, generator: generator);
        var outputs = layer.forward(new(projected), positions);
        using var noGradient = no_grad();
        var again = layer.forward(new(projected), positions);
        Assert.True(again.eq(outputs).all().item<bool>());
        Assert.False(again.requires_grad);
    }
}
