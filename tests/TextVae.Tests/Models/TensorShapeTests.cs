using TextVae.Models;
using TextVae.SampleParts;
using TextVae.Storage;
using TextVae.Tests.Data;
using TorchSharp;

namespace TextVae.Tests.Models;

/// <summary>What a configuration says of its tensors is what the model then has.</summary>
public class TensorShapeTests
{
    private static readonly Dictionary<string, ModelConfig> Others = new()
    {
        ["normalised means"] = Tiny.Config with { MeanScale = 0.5 },
        ["bytenet with embeddings"] = Tiny.Config with { Decoder = new ByteNetDecoderConfig { Embedding = 5 } },
        ["transformer"] = Tiny.Config with { Decoder = new TransformerDecoderConfig { Width = 8 } },
        ["language model of a transformer"] = new() { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig(), Decoder = new TransformerDecoderConfig { Width = 8 } },
    };

    public static TheoryData<string> Names => [.. RecipeFile.Names, .. Others.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_configuration_knows_every_tensor_before_there_is_one(string name)
    {
        var (config, length) = Others.TryGetValue(name, out var other) ? (other, Tiny.Length) : (RecipeFile.Load(name).Model, RecipeFile.Load(name).Data.Length);
        using var model = new TextVaeModel(config, length, Tiny.Vocabulary);

        var built = model.state_dict().Select(tensor => new TensorShape(tensor.Key, tensor.Value.dtype, tensor.Value.shape));

        Assert.Equal(built.OrderBy(tensor => tensor.Name), config.Tensors(model.Shape).OrderBy(tensor => tensor.Name));
        Assert.Equal(built.Sum(tensor => tensor.Shape.Aggregate((long)tensor.Type.ElementSize(), (product, size) => product * size)), ModelSize.Of(config, model.Shape).Bytes);
    }

    [Fact]
    public void Sizes_whose_product_no_64_bits_hold_are_refused_with_what_is_needed_and_what_is_there()
    {
        var config = Tiny.Config with { Decoder = new LstmDecoderConfig { Hidden = int.MaxValue } };
        var error = Assert.Throws<InvalidInputException>(() => new TextVaeModel(config, Tiny.Length, Tiny.Vocabulary));
        Assert.Matches(@"^the model: found a need of at least [\d,]+\.\d GB of memory; expected at most [\d,]+\.\d GB, which this process may use: a smaller model, whose largest tensor is now ""decoder\.lstm\.hidden_weight"" \[2147483647, 8589934588\]", error.Message);
    }

    [Fact]
    public void A_part_that_does_not_say_its_tensors_is_neither_counted_nor_refused()
    {
        var config = Tiny.Config with { Decoder = new Silent() };
        var shape = new ModelShape(Tiny.Length, Tiny.Vocabulary, config.Latent);
        Assert.DoesNotContain(config.Tensors(shape), tensor => tensor.Name.StartsWith("decoder.", StringComparison.Ordinal));
        Assert.True(config.MayHold("decoder.output.weight", shape));
        Assert.False(config.MayHold("encoder.other", shape));
    }

    [Theory]
    [InlineData(int.MaxValue, "decoder: found sizes that cannot be built: ")]
    [InlineData(1 << 30, "decoder: found sizes that cannot be built: ")]
    [InlineData(-1, "decoder: found sizes that cannot be built: ")]
    public void Sizes_at_which_a_part_that_does_not_say_its_tensors_fails_are_refused_in_one_line(int hidden, string expected)
    {
        var config = Tiny.Config with { Decoder = new Silent { Hidden = hidden } };
        Refusal.Is(InputKind.Usage, () => new TextVaeModel(config, Tiny.Length, Tiny.Vocabulary).Dispose(), expected, "expected smaller ones");
    }

    private sealed record Silent : DecoderConfig
    {
        public int Hidden { get; init; } = 9;

        public override Decoder Build(ModelShape shape, int features) => new LstmDecoderConfig { Hidden = Hidden }.Build(shape, features);

        public override void Validate()
        {
        }
    }
}
