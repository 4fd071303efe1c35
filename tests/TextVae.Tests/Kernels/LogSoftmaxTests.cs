using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class LogSoftmaxTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(5, 16)]
    [InlineData(70, 259)]
    public void It_is_torch_s_beside_what_is_forbidden(int rows, int vocabulary)
    {
        using var scope = NewDisposeScope();
        var logits = randn(rows, vocabulary, generator: new Generator(1)) * 30;
        var scores = new float[rows * vocabulary];
        scores[0] = float.NegativeInfinity;
        LogSoftmax.AddTo(logits, scores);
        var expected = logits.log_softmax(-1);
        expected[0, 0] = float.NegativeInfinity;
        Assert.True(tensor(scores).view(rows, vocabulary).allclose(expected, 1e-5, 1e-5));
    }

    [Fact]
    public void A_logit_that_is_no_number_makes_its_row_none()
    {
        using var scope = NewDisposeScope();
        var scores = new float[40];
        LogSoftmax.AddTo(tensor([.. Enumerable.Repeat(1f, 19), float.NaN, .. Enumerable.Repeat(1f, 20)]).view(2, 20), scores);
        Assert.All(scores[..20], score => Assert.True(float.IsNaN(score)));
        Assert.All(scores[20..], score => Assert.Equal(-MathF.Log(20), score, 1e-5f));
    }
}
