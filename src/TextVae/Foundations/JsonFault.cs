using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TextVae;

/// <summary>What is wrong with a JSON file, in words for its author: no .NET types.</summary>
internal static partial class JsonFault
{
    /// <summary>What was found (where the message knows) and what was expected.</summary>
    public static string Explain(JsonException error)
    {
        var message = error.Message.Split(" Path:")[0].Split(" LineNumber:")[0].TrimEnd('.');
        if (Conversion().Match(message) is { Success: true } conversion)
        {
            return $"expected {NameOf(conversion.Groups[1].Value)}";
        }
        if (Discriminator().Match(message) is { Success: true } kind)
        {
            return $"found the unknown kind '{kind.Groups[1].Value}'; expected a known one";
        }
        return message.Contains("null values", StringComparison.Ordinal) ? "found null; expected a value" : message;
    }

    /// <summary>The value at an exception's path, such as <c>$.training.steps</c>, as far as there is one; shortened.</summary>
    public static string? ValueAt(JsonNode tree, string? path)
    {
        JsonNode? node = tree;
        foreach (var key in (path ?? "").TrimStart('$', '.').Split('.'))
        {
            node = node is JsonObject parent && parent.TryGetPropertyValue(key, out var child) ? child : null;
        }
        return node?.ToJsonString() is { } json ? Shortened.Of(json) : null;
    }

    private static string NameOf(string type) => type switch
    {
        "System.Int32" or "System.Int64" => "a whole number",
        "System.Double" or "System.Nullable`1[System.Double]" => "a number",
        "System.Boolean" => "true or false",
        "System.String" => "a text",
        _ when typeof(JsonFault).Assembly.GetType(type) is { IsEnum: true } known => string.Join(" or ", Enum.GetNames(known).Select(JsonNamingPolicy.CamelCase.ConvertName)),
        _ when type.Contains("List", StringComparison.Ordinal) => "a list",
        _ => "an object",
    };

    [GeneratedRegex(@"could not be converted to (\S+)$")]
    private static partial Regex Conversion();

    [GeneratedRegex("unrecognized type discriminator id '(.*)'")]
    private static partial Regex Discriminator();
}
