using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TextVae;

/// <summary>How configurations are written and read; reports: <see cref="ReportJson"/>.</summary>
internal static class Json
{
    private static volatile JsonSerializerOptions? _configuration;

    /// <summary>Configuration files: camelCase, comments allowed, unknown keys, keys twice and nulls refused, parts told apart by <see cref="PartKinds"/>.</summary>
    public static JsonSerializerOptions Configuration => _configuration ??= CreateConfiguration();

    /// <summary>How <see cref="Configuration"/> reads the bare syntax.</summary>
    public static JsonDocumentOptions Documents => new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Lets configuration files know the kinds of parts that were added since: options keep what they have once looked up.</summary>
    public static void Renew() => _configuration = null;

    private static JsonSerializerOptions CreateConfiguration()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            AllowOutOfOrderMetadataProperties = true,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { TellKindsApart } },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void TellKindsApart(JsonTypeInfo type)
    {
        if (PartKinds.Of(type.Type) is { } kinds)
        {
            type.PolymorphismOptions = kinds.ToPolymorphism();
        }
    }
}
