using System.Text.Json;

namespace TextVae.Storage;

/// <summary>Small JSON files of a run folder: written whole, read strictly.</summary>
internal static class JsonFile
{
    private const int LargestBytes = 1 << 20;

    public static void Write<T>(string path, T value) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, Json.Configuration));

    /// <exception cref="InvalidInputException">The file is missing, too large or malformed, or has an unknown key.</exception>
    public static T Read<T>(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: no such file; expected a run folder, as training writes it");
        }
        if (file.Length > LargestBytes)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: found {file.Length:N0} bytes; expected at most {LargestBytes:N0}");
        }
        var text = File.ReadAllText(path);
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json.Configuration) ?? throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: {Fault<T>(text, error)}", error);
        }
    }

    private static string Fault<T>(string text, Exception error)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Json.Documents);
            var line = error is JsonException { LineNumber: { } number } ? $"line {number + 1}: " : "";
            return $"{line}{JsonFault.Find(document.RootElement, typeof(T)) ?? "found what cannot be read; expected the file as it was written"}";
        }
        catch (JsonException malformed)
        {
            return $"{JsonFault.Malformed(malformed)}; expected an object";
        }
    }
}
