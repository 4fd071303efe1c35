using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TextVae.Storage;
using TextVae.Tables;

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

    private const int MostNames = 10_000; // of a folder's files, to look for one that was meant

    private static readonly string[] Sections = ["data", "model", "objective", "training"];

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
    /// <param name="overrides">Such as <c>objective.alpha=0.4</c>; the value is JSON, or else text, which it always is where the key takes a text.</param>
    /// <exception cref="InvalidInputException">An unknown recipe or key, or a value that cannot be.</exception>
    public static Recipe Load(string nameOrPath, IEnumerable<string>? overrides = null)
    {
        var recipe = Apply(new Recipe(), Parse(Read(nameOrPath), nameOrPath), nameOrPath);
        return Override(recipe, overrides ?? []);
    }

    /// <summary>Whether a name or a file is a recipe's, and not one of texts: a JSON file is, unless it holds strings or objects with some.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or a path; one where nothing is may be a recipe's.</param>
    public static bool IsRecipe(string nameOrPath)
    {
        if (Names.Contains(nameOrPath) || !Path.Exists(nameOrPath))
        {
            return true;
        }
        if (Directory.Exists(nameOrPath) || !PlainFile.CanBeReadAgain(nameOrPath))
        {
            return false;
        }
        var isJson = Path.GetExtension(nameOrPath).Equals(".json", StringComparison.OrdinalIgnoreCase);
        return FirstValue(nameOrPath) is not { } first ? isJson
            : first.ValueKind == JsonValueKind.Object && first.EnumerateObject().Any(property => Sections.Contains(property.Name)) || isJson && !HoldsTexts(first);
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
            JsonNode? value = ParseValue(change[..equals], change[(equals + 1)..]);
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

    private static bool HoldsTexts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => true,
        JsonValueKind.Object => value.EnumerateObject().Any(property => property.Value.ValueKind == JsonValueKind.String),
        JsonValueKind.Array => value.EnumerateArray().Take(1).Any(HoldsTexts),
        _ => false,
    };

    /// <summary>The first value of a JSON file, or of the array that it is; null where it has none that could be a recipe's.</summary>
    private static JsonElement? FirstValue(string path)
    {
        try
        {
            using var file = FileBytes.OpenFile(path);
            var bytes = new byte[LargestRecipe];
            var head = bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
            head = head.StartsWith("\ufeff"u8) ? head[3..] : head;
            var reader = new Utf8JsonReader(head, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowMultipleValues = true }));
            return reader.Read() && (reader.TokenType != JsonTokenType.StartArray || reader.Read()) && reader.TokenType != JsonTokenType.EndArray && JsonElement.TryParseValue(ref reader, out var value) ? value : null;
        }
        catch (Exception error) when (error is JsonException or InvalidInputException || Disk.IsToBlame(error))
        {
            return null;
        }
    }

    /// <summary>The files beside one that is not there.</summary>
    private static IEnumerable<string> FilesBeside(string path)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        var searched = folder.Length > 0 ? folder : ".";
        return Directory.Exists(searched) ? Directory.EnumerateFileSystemEntries(searched).Take(MostNames).Select(found => Path.Combine(folder, Path.GetFileName(found))) : [];
    }

    private static string Read(string nameOrPath)
    {
        if (Names.Contains(nameOrPath))
        {
            using var stream = Library.GetManifestResourceStream($"{Prefix}{nameOrPath}.json")!;
            return new StreamReader(stream).ReadToEnd();
        }
        Check.That(File.Exists(nameOrPath), "the recipe", $"'{nameOrPath}'", $"a JSON file or one of {string.Join(", ", Names)}{RecipeKeys.Hint(nameOrPath, Names.Concat(FilesBeside(nameOrPath)))}");
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

    private static JsonNode? ParseValue(string key, string text)
    {
        try
        {
            UnicodeJson.Require(Encoding.UTF8.GetBytes(text));
            var value = JsonNode.Parse(text);
            return value is null || value.GetValueKind() == JsonValueKind.String || !RecipeKeys.IsText(key) ? value : JsonValue.Create(text);
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
