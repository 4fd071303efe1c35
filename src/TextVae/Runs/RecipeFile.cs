using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TextVae.Storage;

namespace TextVae;

/// <summary>
/// Recipes as JSON: named ones that come with the library, and files. A recipe lists its differences from
/// <see cref="Recipe"/>'s defaults; <c>KEY=VALUE</c> overrides come on top.
/// </summary>
public static class RecipeFile
{
    private const string Prefix = "recipes/";
    private const string Comment = "//";
    private const int LargestRecipe = 1 << 20; // bytes

    // An object that has one of these is of that kind: another kind has other keys, so it replaces instead of merging.
    private static readonly string[] Discriminators = ["kind", "schedule"];

    private static Assembly Library => typeof(RecipeFile).Assembly;

    /// <summary>The named recipes.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Library.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name)).Order(StringComparer.Ordinal)];

    /// <summary>All keys that a recipe may have.</summary>
    public static IReadOnlyList<RecipeKey> Keys => RecipeKeys.All();

    /// <summary>What a named recipe is for, in a line: the comment at its beginning.</summary>
    /// <exception cref="InvalidInputException">There is no such recipe.</exception>
    public static string Describe(string name)
    {
        Check.That(Names.Contains(name), "the recipe", $"'{name}'", $"one of {string.Join(", ", Names)}{RecipeKeys.Hint(name, Names)}");
        var comment = Read(name).Split('\n').Select(line => line.Trim()).SkipWhile(line => line == "{").TakeWhile(line => line.StartsWith(Comment, StringComparison.Ordinal));
        return string.Join(' ', comment.Select(line => line[Comment.Length..].Trim()));
    }

    /// <summary>Reads a recipe.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or a file's path.</param>
    /// <param name="overrides">Such as <c>objective.alpha=0.4</c>; the value is JSON, or else text.</param>
    /// <exception cref="InvalidInputException">An unknown recipe or key, or a value that cannot be.</exception>
    public static Recipe Load(string nameOrPath, IEnumerable<string>? overrides = null)
    {
        var recipe = Apply(new Recipe(), Parse(Read(nameOrPath), nameOrPath), nameOrPath);
        return Override(recipe, overrides ?? []);
    }

    /// <summary>A recipe with some keys changed.</summary>
    /// <exception cref="InvalidInputException">An unknown key, or a value that cannot be.</exception>
    public static Recipe Override(Recipe recipe, IEnumerable<string> overrides)
    {
        recipe = Change(recipe, overrides);
        recipe.Validate();
        return recipe;
    }

    /// <summary>As <see cref="Override"/>, of a recipe that is not whole yet: nobody asks whether its parts fit one another.</summary>
    internal static Recipe Change(Recipe recipe, IEnumerable<string> overrides)
    {
        foreach (var change in overrides)
        {
            var equals = change.IndexOf('=', StringComparison.Ordinal);
            Check.That(equals > 0, "an override", $"'{change}'", "KEY=VALUE, such as objective.alpha=0.4");
            JsonNode? value = ParseValue(change[(equals + 1)..]);
            foreach (var key in change[..equals].Split('.').Reverse())
            {
                value = new JsonObject { [key] = value };
            }
            recipe = Apply(recipe, (JsonObject)value!, Shortened.Of(change));
        }
        return recipe;
    }

    /// <summary>The whole recipe, defaults included.</summary>
    public static string ToJson(Recipe recipe) => JsonSerializer.Serialize(recipe, Json.Configuration);

    private static string Read(string nameOrPath)
    {
        if (Names.Contains(nameOrPath))
        {
            using var stream = Library.GetManifestResourceStream($"{Prefix}{nameOrPath}.json")!;
            return new StreamReader(stream).ReadToEnd();
        }
        Check.That(File.Exists(nameOrPath), "the recipe", $"'{nameOrPath}'", $"a JSON file or one of {string.Join(", ", Names)}{RecipeKeys.Hint(nameOrPath, Names)}");
        try
        {
            return Encoding.UTF8.GetString(PlainFile.ReadText(nameOrPath, LargestRecipe, InputKind.Usage).Span);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.Usage, $"{nameOrPath}: not read, {Disk.Reason(error)}", error);
        }
    }

    private static JsonObject Parse(string json, string source)
    {
        try
        {
            UnicodeJson.Require(Encoding.UTF8.GetBytes(json));
            using var document = JsonDocument.Parse(json, Json.Documents);
            return JsonFault.Duplicate(document.RootElement) is { } twice
                ? throw new InvalidInputException(InputKind.Usage, $"{source}: found the key '{twice}' twice; expected it once")
                : JsonSerializer.SerializeToNode(document.RootElement) as JsonObject
                ?? throw new InvalidInputException(InputKind.Usage, $"{source}: found a {document.RootElement.ValueKind.ToString().ToLowerInvariant()}; expected a JSON object");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException(InputKind.Usage, $"{source}: {JsonFault.Malformed(error)}; expected a JSON object", error);
        }
    }

    private static JsonNode? ParseValue(string text)
    {
        try
        {
            UnicodeJson.Require(Encoding.UTF8.GetBytes(text));
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static Recipe Apply(Recipe recipe, JsonObject changes, string source)
    {
        var tree = ToTree(recipe);
        if (ChangeKinds(tree, changes))
        {
            tree = ToTree(FromTree(tree, source)); // the new kinds' defaults
        }
        Merge(tree, changes, source, "");
        return FromTree(tree, source);
    }

    /// <summary>Leaves of each object that changes its kind nothing but the new kind.</summary>
    private static bool ChangeKinds(JsonObject tree, JsonObject changes)
    {
        var changed = false;
        foreach (var (key, value) in changes)
        {
            if (value is JsonObject change && tree[key] is JsonObject old)
            {
                var discriminator = Discriminators.FirstOrDefault(name => change[name] is { } kind && !JsonNode.DeepEquals(kind, old[name]));
                if (discriminator is not null)
                {
                    tree[key] = new JsonObject { [discriminator] = change[discriminator]!.DeepClone() };
                    changed = true;
                }
                else
                {
                    changed |= ChangeKinds(old, change);
                }
            }
        }
        return changed;
    }

    private static void Merge(JsonObject tree, JsonObject changes, string source, string path)
    {
        foreach (var (key, value) in changes)
        {
            if (!tree.ContainsKey(key))
            {
                var known = string.Join(", ", tree.Select(pair => pair.Key));
                throw new InvalidInputException(InputKind.Usage, $"{source}: unknown key '{path}{Shortened.Of(key)}'; expected one of {known}{RecipeKeys.Hint(RecipeKeys.Nearest($"{path}{key}"))}");
            }
            if (value is JsonObject change && tree[key] is JsonObject old)
            {
                Merge(old, change, source, $"{path}{key}.");
            }
            else
            {
                tree[key] = value?.DeepClone();
            }
        }
    }

    private static JsonObject ToTree(Recipe recipe) => (JsonObject)JsonSerializer.SerializeToNode(recipe, Json.Configuration)!;

    private static Recipe FromTree(JsonObject tree, string source)
    {
        try
        {
            return tree.Deserialize<Recipe>(Json.Configuration)!;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            var fault = JsonFault.Find(JsonSerializer.SerializeToElement(tree), typeof(Recipe)) ?? "found what cannot be read; expected a recipe";
            throw new InvalidInputException(InputKind.Usage, $"{source}: {fault}", error);
        }
    }
}
