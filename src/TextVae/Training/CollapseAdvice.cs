namespace TextVae.Training;

/// <summary>Which keys of a recipe to try against posterior collapse, as overrides that the recipe does not have yet.</summary>
internal static class CollapseAdvice
{
    /// <summary>The overrides, the paper's own first; each is valid for the recipe.</summary>
    public static IReadOnlyList<string> For(Recipe recipe)
    {
        var (model, objective) = (recipe.Model, recipe.Objective);
        IEnumerable<string[]> candidates =
        [
            objective.Alpha == 0 ? ["objective.alpha=0.2"] : [],
            objective.Kl.Advice is { } advice ? [advice] : [],
            objective.InputDropout == 0 ? ["objective.inputDropout=0.3"] : [],
            objective.FreeBits == 0 ? ["objective.freeBits=0.1"] : [],
            objective.Kl.ControlsKl ? [] : ["objective.kl.schedule=target", "objective.kl.nats=12"],
            model.MeanScale is null ? ["model.meanScale=0.5"] : [],
            recipe.Training.Aggressive is null ? ["training.aggressive={}"] : [],
        ];
        return [.. candidates.Where(overrides => overrides.Length > 0 && IsValid(recipe, overrides)).Select(overrides => string.Join(' ', overrides))];
    }

    private static bool IsValid(Recipe recipe, string[] overrides)
    {
        try
        {
            RecipeFile.Override(recipe, overrides);
            return true;
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }
}
