using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae recipes</c>: the recipes that have a name.</summary>
internal static class RecipesCommand
{
    private const string Name = "recipes";

    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(Name, "List the recipes that come with the program.") { json };
        command.SetAction(parsed =>
        {
            (string Name, string Meaning)[] recipes =
            [
                (AutoRecipe.Name, "One that fits the texts, this machine and --minutes: what 'textvae train' does without a recipe."),
                .. RecipeFile.Names.Select(name => (name, KeyMeanings.FirstSentence(RecipeFile.Describe(name)))),
            ];
            if (parsed.GetValue(json))
            {
                foreach (var recipe in recipes)
                {
                    Output.WriteJson(new { recipe.Name, recipe.Meaning });
                }
                return ExitCodes.Done;
            }
            Output.WriteMeanings(recipes);
            return ExitCodes.Done;
        });
        return command;
    }
}
