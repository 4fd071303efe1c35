using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TextVae;

/// <summary>What is wrong with a JSON file, in words for its author: the key, what was found and what was expected; no .NET types.</summary>
internal static class JsonFault
{
    /// <summary>Where a text is no JSON, or none of Unicode (<see cref="UnicodeJson"/>).</summary>
    public static string Malformed(JsonException error) =>
        $"line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: found {(error.Message == UnicodeJson.HalfPair ? UnicodeJson.HalfPair : "malformed JSON")}";

    /// <summary>The first key that an object has twice, or null.</summary>
    public static string? Duplicate(JsonElement tree, string key = "")
    {
        if (tree.ValueKind != JsonValueKind.Object)
        {
            return null;
        }
        var twice = tree.EnumerateObject().CountBy(property => property.Name).FirstOrDefault(pair => pair.Value > 1).Key;
        return twice is not null ? Join(key, twice)
            : tree.EnumerateObject().Select(property => Duplicate(property.Value, Join(key, property.Name))).FirstOrDefault(found => found is not null);
    }

    /// <summary>The first value that a type does not take, as <see cref="Json.Configuration"/> reads it; null where there is none.</summary>
    public static string? Find(JsonElement tree, Type type) => Find(tree, InfoOf(type), "");

    private static string? Find(JsonElement value, JsonTypeInfo type, string key) => type.Kind switch
    {
        JsonTypeInfoKind.Object => FindInObject(value, type, key),
        JsonTypeInfoKind.Enumerable => FindInList(value, type, key),
        _ => IsReadable(value, type) ? null : Fault(key, Short(value), NameOf(type.Type)),
    };

    private static string? FindInObject(JsonElement value, JsonTypeInfo type, string key)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return Fault(key, Short(value), "an object");
        }
        var discriminator = type.PolymorphismOptions?.TypeDiscriminatorPropertyName;
        if (discriminator is not null)
        {
            var found = value.TryGetProperty(discriminator, out var kind) ? kind : default;
            var kinds = type.PolymorphismOptions!.DerivedTypes;
            if (kinds.FirstOrDefault(known => found.ValueKind == JsonValueKind.String && found.ValueEquals((string)known.TypeDiscriminator!)).DerivedType is not { } derived)
            {
                var word = found.ValueKind switch { JsonValueKind.Undefined => "nothing", JsonValueKind.String => $"'{Shortened.Of(found.GetString()!)}'", _ => Short(found) };
                return Fault(Join(key, discriminator), word, $"one of {string.Join(", ", kinds.Select(known => known.TypeDiscriminator))}");
            }
            type = InfoOf(derived);
        }
        return value.EnumerateObject().Where(property => property.Name != discriminator)
            .Select(property => FindInProperty(property, type, key)).FirstOrDefault(fault => fault is not null)
            ?? MissingKey(value, type, key);
    }

    private static string? FindInProperty(JsonProperty found, JsonTypeInfo type, string key)
    {
        if (type.Properties.FirstOrDefault(property => property.Name == found.Name) is not { } property)
        {
            var skips = (type.UnmappedMemberHandling ?? type.Options.UnmappedMemberHandling) == JsonUnmappedMemberHandling.Skip;
            return skips ? null : $"unknown key '{Join(key, found.Name)}'; expected one of {string.Join(", ", type.Properties.Select(known => known.Name))}";
        }
        if (property.Set is null && property.AssociatedParameter is null || found.Value.ValueKind == JsonValueKind.Null && property.IsSetNullable)
        {
            return null;
        }
        return Find(found.Value, InfoOf(property.PropertyType), Join(key, found.Name));
    }

    private static string? MissingKey(JsonElement value, JsonTypeInfo type, string key) =>
        type.Properties.FirstOrDefault(property => property.IsRequired && !value.TryGetProperty(property.Name, out _)) is { } missing
            ? Fault(Join(key, missing.Name), "nothing", "it")
            : null;

    private static string? FindInList(JsonElement value, JsonTypeInfo type, string key) => value.ValueKind != JsonValueKind.Array
        ? Fault(key, Short(value), "a list")
        : value.EnumerateArray().Select((item, index) => Find(item, InfoOf(type.ElementType!), $"{key}[{index}]")).FirstOrDefault(fault => fault is not null);

    private static bool IsReadable(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            return value.ValueKind == JsonValueKind.Null ? !type.Type.IsValueType && type.Type != typeof(string) : value.Deserialize(type) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What a type takes, in words.</summary>
    public static string NameOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } known => string.Join(" or ", Enum.GetValuesAsUnderlyingType(known).Cast<object>().Select(value => JsonSerializer.SerializeToElement(Enum.ToObject(known, value), known, Json.Configuration).GetString())),
        var number when number == typeof(int) || number == typeof(long) => "a whole number",
        var number when number == typeof(double) => "a number",
        var truth when truth == typeof(bool) => "true or false",
        var text when text == typeof(string) => "a text",
        _ => "an object",
    };

    private static JsonTypeInfo InfoOf(Type type) => Json.Configuration.GetTypeInfo(type);

    private static string Fault(string key, string found, string expected) => $"{(key.Length > 0 ? $"{key}: " : "")}found {found}; expected {expected}";

    private static string Join(string key, string name) => key.Length > 0 ? $"{key}.{Shortened.Of(name)}" : Shortened.Of(name);

    private static string Short(JsonElement value) => Shortened.Of(value.GetRawText().ReplaceLineEndings(" "));
}
