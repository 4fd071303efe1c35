using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

/// <summary>Tensors beyond 2 GiB, most of which is never touched, so that it takes no memory.</summary>
public class LargeTensorTests
{
    [Fact]
    public unsafe void Rows_beyond_two_gibibytes_are_where_torch_has_them()
    {
        using var scope = NewDisposeScope();
        const long Size = 1L << 30;
        var bytes = empty([3, Size], uint8);
        new RowPointers<byte>(bytes)[0, 2][Size - 1] = 77;
        Assert.Equal(77, bytes[2, Size - 1].item<byte>());
    }

    [Fact]
    public void The_cost_of_a_token_behind_two_gibibytes_of_logits_is_the_plain_one()
    {
        using var scope = NewDisposeScope();
        const int Texts = 3, Time = 9, Vocabulary = 25_000_000; // 2.7 GB
        const long Free = 0, Last = Vocabulary - 1;
        var positions = PackedPositions.Everything(Texts, Time, CPU);
        var logits = empty(positions.Count, Vocabulary);
        var row = logits[-1];
        row.fill_(-100).narrow(0, Last - 1, 2).copy_(tensor(new[] { 3f, 1f }));
        var tokens = full([positions.Count], Free, int64);
        tokens[-1] = Last;
        var nats = FusedTokenLikelihood.Nats(logits, tokens, positions, Free);
        Assert.Equal([0, 0, 2.126928f], nats.data<float>().ToArray(), (expected, actual) => Math.Abs(expected - actual) < 1e-5); // log(1 + e^2)
    }

    [Fact]
    public void A_norm_beyond_two_gibibytes_is_computed_where_memory_allows()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("TEXTVAE_STRESS") is { Length: > 0 }, "set TEXTVAE_STRESS");
        const long Length = (1L << 29) + 5;
        using var team = new WorkerTeam(1);
        Assert.SkipUnless(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 12 * Length, "too little memory");
        using var scope = NewDisposeScope();
        Assert.Equal(Math.Sqrt(Length), FusedGradients.Sum([[ones(Length)]], team), 1e-6 * Math.Sqrt(Length));
    }
}
