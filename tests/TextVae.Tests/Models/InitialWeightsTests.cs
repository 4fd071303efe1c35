using System.Security.Cryptography;
using System.Text;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

/// <summary>Runs of older versions stay repeatable: the same recipe and seed draw the same weights, to the bit, as they always did.</summary>
public class InitialWeightsTests
{
    [Theory]
    [InlineData("small", "69D2E7A92384455C", "model.decoder.hidden=256")]
    [InlineData("ptb-bytenet", "1E076E58417EC568")]
    [InlineData("ptb-lstm-vae", "0EDC1EB761DD3F18")]
    [InlineData("ptb-feedforward", "779CC29962A633BC")]
    [InlineData("ptb-hybrid", "2071AA6D4FCD6680", "model.meanScale=0.5", "model.decoder.hidden=40")]
    public void The_weights_of_a_recipe_are_those_that_it_always_had(string name, string expected, params string[] overrides)
    {
        using var scope = NewDisposeScope();
        var recipe = RecipeFile.Load(name, overrides);
        Assert.Equal(expected, Hash(new TextVaeModel(recipe.Model, recipe.Data.Length, vocabulary: 51, seed: 3)));
    }

    /// <summary>Of all that a file of weights would hold, by names in alphabetical order.</summary>
    private static string Hash(TextVaeModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in model.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.detach().contiguous().bytes);
        }
        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
