using TextVae.Evaluation;

namespace TextVae.Tests.Evaluation;

public class EvaluatorTests
{
    [Fact]
    public void Bits_per_character_are_nats_over_characters_and_the_logarithm_of_two()
    {
        var bits = BitsPerCharacter.From(reconstruction: 30 * Math.Log(2), kl: 10 * Math.Log(2), characters: 20);
        Assert.Equal(1.5, bits.Reconstruction, 1e-12);
        Assert.Equal(0.5, bits.Kl, 1e-12);
        Assert.Equal(2, bits.Total, 1e-12);
    }
}
