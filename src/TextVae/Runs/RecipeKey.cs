using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TextVae.Texts;

namespace TextVae;

/// <summary>A key of a recipe, as files nest it and <c>KEY=VALUE</c> names it.</summary>
/// <param name="Key">Such as <c>objective.kl.end</c>.</param>
/// <param name="Kinds">The kinds of a part that have it, such as <c>linear</c>; empty where all have.</param>
/// <param name="Type">What it takes, in words.</param>
/// <param name="Default">What it is where a recipe says nothing, as JSON, a text without its quotes.</param>
/// <param name="Property">The property of the configuration that it sets, whose documentation says what it means.</param>
public sealed record RecipeKey(string Key, IReadOnlyList<string> Kinds, string Type, string Default, MemberInfo Property);

/// <summary>The keys of all recipes, as the configuration records have them.</summary>
internal static class RecipeKeys
{
    private const double MostOfName = 0.4; // normalised edit distance of what is taken for a mistyped name

    /// <summary>Every key once, in the order of the records.</summary>
    public static IReadOnlyList<RecipeKey> All() => [.. Of(InfoOf(typeof(Recipe)), new Recipe(), "", [])];

    /// <summary>Whether a key takes texts, such as <c>data.column</c>, of which a number or <c>true</c> is one.</summary>
    public static bool IsText(string key) => All().Any(known => known.Key == key && known.Property is PropertyInfo { PropertyType: var type } && type == typeof(string));

    /// <summary>The key that somebody may have meant who wrote another one; null where none is like it.</summary>
    public static string? Nearest(string found)
    {
        var keys = All().Select(key => key.Key).Distinct().ToList();
        var groups = keys.Select(key => key.Split('.')[0]).Distinct();
        return EditDistance.Nearest(found, keys.Where(key => EditDistance.Normalized(Last(key), Last(found)) <= MostOfName), most: 1)
            ?? EditDistance.Nearest(found, groups, MostOfName);
    }

    /// <summary>A hint for whoever wrote a name that is not known; empty where none is like it.</summary>
    public static string Hint(string? meant) => meant is null ? "" : $" (did you mean '{meant}'?)";

    /// <summary>As above, of some names.</summary>
    public static string Hint(string found, IEnumerable<string> known) => Hint(EditDistance.Nearest(found, known, MostOfName));

    private static string Last(string key) => key[(key.LastIndexOf('.') + 1)..].ToUpperInvariant();

    private static IEnumerable<RecipeKey> Of(JsonTypeInfo type, object part, string path, IReadOnlyList<string> kinds) =>
        type.Properties.Where(property => property is { Get: not null, Set: not null, AttributeProvider: MemberInfo })
            .SelectMany(property => Of(property, property.Get!(part), $"{path}{property.Name}", kinds));

    private static IEnumerable<RecipeKey> Of(JsonPropertyInfo property, object? value, string key, IReadOnlyList<string> kinds)
    {
        var (type, member) = (property.PropertyType, (MemberInfo)property.AttributeProvider!);
        if (PartKinds.Of(type) is { } parts)
        {
            var kind = new RecipeKey($"{key}.{parts.Discriminator}", kinds, string.Join(" or ", parts.Names), parts.Named.First(part => part.Type == value!.GetType()).Name, member);
            return [kind, .. OfKinds(parts, key)];
        }
        var info = InfoOf(type);
        if (info.Kind != JsonTypeInfoKind.Object)
        {
            return [new RecipeKey(key, kinds, InWords(property), Written(value, type), member)];
        }
        var inner = Of(info, value ?? Activator.CreateInstance(type)!, $"{key}.", kinds);
        return value is null ? inner.Prepend(new RecipeKey(key, kinds, InWords(property), Written(value, type), member)) : inner;
    }

    /// <summary>The keys of all kinds of a part; what they have in common once.</summary>
    private static IEnumerable<RecipeKey> OfKinds(PartKinds parts, string path) =>
        parts.Named.SelectMany(part => Of(InfoOf(part.Type), Activator.CreateInstance(part.Type)!, $"{path}.", [part.Name]))
            .GroupBy(key => (key.Key, key.Default, key.Property.DeclaringType))
            .Select(same => same.First() with { Kinds = same.Count() == parts.Names.Count ? [] : [.. same.SelectMany(key => key.Kinds)] });

    private static string InWords(JsonPropertyInfo property)
    {
        var word = InfoOf(property.PropertyType).Kind == JsonTypeInfoKind.Enumerable ? "a list" : JsonFault.NameOf(property.PropertyType);
        return property.IsSetNullable ? $"{word} or null" : word;
    }

    private static string Written(object? value, Type type) => JsonSerializer.SerializeToNode(value, type, Json.Configuration) switch
    {
        null => "null",
        var node when node.GetValueKind() == JsonValueKind.String => node.GetValue<string>(),
        var node => node.ToJsonString(),
    };

    private static JsonTypeInfo InfoOf(Type type) => Json.Configuration.GetTypeInfo(type);
}
