using TextVae.Evaluation;
using TextVae.Training;

namespace TextVae.Tests.Training;

public class LatentUseTests
{
    private static readonly EvaluationResult InUse = new()
    {
        Texts = 100,
        Characters = 3_000,
        Tokens = 3_100,
        Latent = 8,
        Reconstruction = 20,
        Kl = 12,
        Auxiliary = 30,
        ActiveUnits = 8,
        MutualInformation = 4,
        MarginalKl = 8,
        RandomLatentGap = 30,
    };

    [Fact]
    public void A_vector_from_which_all_texts_come_back_as_one_is_not_in_use_whatever_its_KL()
    {
        var use = LatentUse.Judge(InUse, [.. Enumerable.Range(0, 8).Select(i => new Reconstruction($"text {i}", "the same"))])!;
        Assert.False(use.IsInUse);
        Assert.EndsWith("8 different texts have 1 reconstruction between them", use.Sentence, StringComparison.Ordinal);
        Assert.True(LatentUse.Judge(InUse, [.. Enumerable.Range(0, 8).Select(i => new Reconstruction($"text {i}", $"text {i / 3}"))])!.IsInUse);
        Assert.False(LatentUse.Judge(InUse with { Kl = 0.01 }, [new Reconstruction("a", "a"), new Reconstruction("b", "b")])!.IsInUse);
        Assert.Null(LatentUse.Judge(InUse with { RandomLatentGap = null }, []));
    }

    [Fact]
    public void Characters_are_right_as_far_as_no_edit_is_needed()
    {
        Assert.Equal(0.75, LatentUse.ReconstructedCharacters([new Reconstruction("abcd", "abcd"), new Reconstruction("abcd", "abxy")]));
        Assert.Null(LatentUse.ReconstructedCharacters([]));
    }
}
