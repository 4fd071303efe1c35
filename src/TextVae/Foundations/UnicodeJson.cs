using System.Text.Json;

namespace TextVae;

/// <summary>JSON whose keys and texts are all Unicode. <c>"\ud800"</c> is well-formed JSON, and fails only where somebody reads it.</summary>
internal static class UnicodeJson
{
    public const string HalfPair = "half of a surrogate pair";

    /// <summary>Refuses half of a surrogate pair, anywhere, as what is malformed is refused.</summary>
    /// <param name="json">UTF-8.</param>
    /// <exception cref="JsonException">It has such a half, whose place this names, or is malformed.</exception>
    public static void Require(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = Json.Documents.CommentHandling, AllowTrailingCommas = Json.Documents.AllowTrailingCommas });
        while (reader.Read())
        {
            if (reader.ValueIsEscaped && !IsUnicode(ref reader))
            {
                var before = json[..(int)reader.TokenStartIndex];
                throw new JsonException(HalfPair, path: null, before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'));
            }
        }
    }

    private static bool IsUnicode(ref Utf8JsonReader reader)
    {
        try
        {
            _ = reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
