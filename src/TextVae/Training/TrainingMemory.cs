using System.Numerics;
using TextVae.Models;

namespace TextVae.Training;

/// <summary>What training takes at the least, before any of it is allocated.</summary>
internal static class TrainingMemory
{
    private const int OnTheMachine = 4; // weights, gradients, and Adam's two moments
    private const int BeforeADevice = 1; // the weights, which are drawn on the CPU

    /// <summary>Refuses a recipe that this machine has no memory for.</summary>
    /// <param name="recipe">A valid one.</param>
    /// <param name="vocabulary">V.</param>
    /// <exception cref="InvalidInputException">There is less memory; the message says how much of both.</exception>
    public static void Require(Recipe recipe, int vocabulary)
    {
        var size = ModelSize.Of(recipe.Model, new ModelShape(recipe.Data.Length, vocabulary, recipe.Model.Latent));
        if (recipe.Training.Device == "cpu")
        {
            var logits = (BigInteger)sizeof(float) * recipe.Training.BatchSize * recipe.Data.Length * vocabulary;
            size.RequireMemory(OnTheMachine, logits, "training of the model's weights with their gradients and moments, and a batch's logits");
        }
        else
        {
            size.RequireMemory(BeforeADevice, more: 0, "the model");
        }
    }
}
