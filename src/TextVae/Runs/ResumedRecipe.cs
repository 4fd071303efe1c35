using System.Text.Json.Nodes;

namespace TextVae.Runs;

/// <summary>What may change between two sittings of a run: how long and how carefully it goes on, never what it has learnt from.</summary>
internal static class ResumedRecipe
{
    private static readonly string[] Keys = ["steps", "threads", "learningRate", "clip"];

    /// <summary>The keys, in words.</summary>
    public static string KeysInWords => $"{string.Join(", ", Keys[..^1].Select(key => $"training.{key}"))} and training.{Keys[^1]}";

    /// <summary>Whether a run that was begun by one recipe can go on by another.</summary>
    public static bool CanFollow(Recipe begun, Recipe asked)
    {
        var (kept, wanted) = (Tree(begun), Tree(asked));
        foreach (var key in Keys)
        {
            Training(kept).Remove(key);
            Training(wanted).Remove(key);
        }
        kept["data"]!.AsObject().Remove("source"); // their fingerprint says whether the texts are the same
        wanted["data"]!.AsObject().Remove("source");
        return JsonNode.DeepEquals(kept, wanted);
    }

    /// <summary>What differs, as <c>KEY=VALUE</c> overrides of the recipe that was begun.</summary>
    public static IEnumerable<string> Changes(Recipe begun, Recipe asked)
    {
        var (before, after) = (Training(Tree(begun)), Training(Tree(asked)));
        return Keys.Where(key => !JsonNode.DeepEquals(before[key], after[key])).Select(key => $"training.{key}={after[key]?.ToJsonString() ?? "null"}");
    }

    private static JsonObject Tree(Recipe recipe) => JsonNode.Parse(RecipeFile.ToJson(recipe))!.AsObject();

    private static JsonObject Training(JsonObject recipe) => recipe["training"]!.AsObject();
}
