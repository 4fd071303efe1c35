using TextVae.Kernels;
using TextVae.Layers;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class FusedLstmStepsTests
{
    private const int Time = 5, Vocabulary = 7;

    [Theory]
    [InlineData(1, 20, 6, MatrixPrecision.Float32, 1e-5)]
    [InlineData(90, 20, 6, MatrixPrecision.Float32, 1e-5)]
    [InlineData(3, 19, 0, MatrixPrecision.Float32, 1e-5)]
    [InlineData(1, 20, 6, MatrixPrecision.BFloat16, 2e-2)]
    [InlineData(90, 20, 6, MatrixPrecision.BFloat16, 2e-2)]
    [InlineData(40, 19, 4, MatrixPrecision.BFloat16, 2e-2)] // an odd number of rows in the matrix
    [InlineData(17, 34, 0, MatrixPrecision.BFloat16, 2e-2)]
    public void Steps_one_by_one_are_the_plain_sequence_and_its_logits(int batch, int size, int featureCount, MatrixPrecision precision, double tolerance) =>
        AssertSteps(batch, size, featureCount, precision, quantized: false, tolerance);

    // On a processor without such products, those of bfloat16 serve.
    [Theory]
    [InlineData(1, 20, 6)]
    [InlineData(90, 20, 6)]
    [InlineData(40, 19, 4)] // rows of no whole fours
    [InlineData(17, 34, 0)]
    public void Products_of_8_bits_lose_two_digits_at_most(int batch, int size, int featureCount) =>
        AssertSteps(batch, size, featureCount, MatrixPrecision.BFloat16, quantized: true, 5e-2);

    private static void AssertSteps(int batch, int size, int featureCount, MatrixPrecision precision, bool quantized, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var generator = new Generator(3);
        Tensor Random(params long[] shape) => randn(shape, generator: generator);
        var lstm = new LayerNormLstm(size, precision, new Generator(2)) { QuantizesSteps = quantized };
        var input = new InputProjection(featureCount, Vocabulary, 4 * size);
        var output = nn.Linear(size, Vocabulary);
        var tokens = randint(0, Vocabulary, [batch, Time], generator: generator).to(int64);
        var features = featureCount > 0 ? Random(batch, Time, featureCount) : null;
        var (h, c) = (Random(batch, size).tanh(), Random(batch, size));
        var (outputs, last) = lstm.UnrollPlain(new(input.forward(features?.transpose(0, 1), tokens.t()).flatten(0, 1)), PackedPositions.Everything(batch, Time, CPU), h, c);

        var weights = lstm.Prepare(input, output);
        var steps = new FusedLstmSteps(weights);
        var texts = new LstmStepState(weights.Products.Begin(h, batch), c.clone(), features?.to(weights.Products.Type));
        for (var t = 0; t < Time; t++)
        {
            var logits = steps.Next(texts, tokens.select(1, t).data<long>().ToArray(), [.. Enumerable.Repeat((long)t, batch)]);
            Assert.True(logits.allclose(output.forward(outputs.narrow(0, t * batch, batch)), tolerance, tolerance));
        }
        Assert.True(texts.Cell.allclose(last, tolerance, 2 * tolerance));
    }

    [Theory]
    [InlineData(0, Time)]
    [InlineData(Vocabulary, 0)]
    [InlineData(-1, 0)]
    public void What_would_read_beyond_the_weights_or_the_features_is_refused(long token, long position)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var weights = new LayerNormLstm(4).Prepare(new InputProjection(2, Vocabulary, 16), nn.Linear(4, 3));
        var texts = new LstmStepState(weights.Products.Begin(null, 1), zeros(1, 4), zeros(1, Time, 2));
        Assert.Throws<InvalidOperationException>(() => new FusedLstmSteps(weights).Next(texts, [token], [position]));
    }
}
