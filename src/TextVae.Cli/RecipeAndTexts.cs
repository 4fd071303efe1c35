using System.CommandLine;

namespace TextVae.Cli;

/// <summary>What stands beside the options of a training: a recipe, files of texts, or both; what a file holds says which it is.</summary>
internal static class RecipeAndTexts
{
    /// <param name="otherwise">The default recipe, in words.</param>
    public static Argument<string[]> Argument(string otherwise)
    {
        var recipe = CommonOptions.Recipe(otherwise);
        var words = new Argument<string[]>(recipe.Name)
        {
            Description = $"{recipe.Description} Or a file of texts, as with --data.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        words.CompletionSources.AddRange(recipe.CompletionSources);
        return words;
    }

    /// <summary>The recipe, if there is one, and all files of texts.</summary>
    /// <param name="words">What stands beside the options.</param>
    /// <param name="data">The files that an option names.</param>
    /// <exception cref="InvalidInputException">There are two recipes.</exception>
    public static (string? Recipe, string[] Data) Of(string[] words, string[] data)
    {
        var recipes = words.Where(word => word == AutoRecipe.Name || RecipeFile.IsRecipe(word)).ToArray();
        return recipes.Length <= 1
            ? (recipes.FirstOrDefault(), [.. data, .. words.Except(recipes)])
            : throw new InvalidInputException(InputKind.Usage, $"found '{recipes[0]}' and '{recipes[1]}'; expected one recipe, and files of texts that are there");
    }
}
