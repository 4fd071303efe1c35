using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

public class ProductCountTests
{
    [Fact]
    public void A_step_of_the_hybrid_on_Penn_Treebank_is_38_GFLOP_of_which_the_LSTM_35()
    {
        const long Recurrence = 60L * 64 * (200 + 53 + 500) * (4 * 500); // T B (F + V + 2 + H) 4H
        var recipe = RecipeFile.Load("ptb-hybrid");
        var shape = new ModelShape(60, 51, recipe.Model.Latent);
        Assert.Equal(38.0, recipe.Model.Count(shape)!.Value.TrainingStep(64) / 1e9, 0.05);
        Assert.Equal(34.7, 6 * Recurrence / 1e9, 0.05);
        Assert.Equal(6 * Recurrence, recipe.Model.Decoder.Count(shape, 200)!.Value.TrainingStep(64) - 6L * 60 * 64 * 500 * 51);
    }

    public static TheoryData<string> Recipes => [.. RecipeFile.Names];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void Every_weight_of_a_model_counts_as_often_as_a_text_uses_it(string name)
    {
        const int Vocabulary = 11;
        var recipe = RecipeFile.Load(name);
        using var scope = NewDisposeScope();
        var model = new TextVaeModel(recipe.Model, recipe.Data.Length, Vocabulary);

        var weights = model.named_parameters().Where(pair => pair.parameter.dim() > 1)
            .ToLookup(pair => IsOneHot(pair.name, recipe), pair => pair.parameter.numel() * Positions(pair.name, recipe));

        Assert.Equal(new ProductCount(weights[false].Sum(), weights[true].Sum()), recipe.Model.Count(model.Shape));
    }

    private static bool IsOneHot(string name, Recipe recipe) =>
        name.EndsWith("input.tokens.weight", StringComparison.Ordinal) || name == "encoder.convolutions.embedding.weight"
        || (name == "encoder.convolutions.blocks.convolution0.weight" && recipe.Model.Encoder is ConvolutionalEncoderConfig { Embedding: null });

    /// <summary>How many positions of a text a weight serves, by its name in docs/formats.md.</summary>
    private static long Positions(string name, Recipe recipe)
    {
        var (length, layer) = (recipe.Data.Length, name.Split('.')[^2]);
        return layer switch
        {
            "posterior" or "state" => 1,
            "projection" when name.StartsWith("expansion", StringComparison.Ordinal) => 1,
            "embedding" => length,
            _ when name.StartsWith("encoder.convolutions", StringComparison.Ordinal) => length >> (1 + Number(layer)),
            _ when name.StartsWith("expansion.deconvolutions", StringComparison.Ordinal) =>
                length >> (((DeconvolutionalExpansionConfig)recipe.Model.Expansion).Channels.Count - Number(layer)),
            _ => length,
        };
    }

    private static int Number(string layer) => layer[^1] - '0';
}
