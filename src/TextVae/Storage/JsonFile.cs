using System.Text.Json;

namespace TextVae.Storage;

/// <summary>Small JSON files of a run folder: written whole, read strictly.</summary>
internal static class JsonFile
{
    public const int LargestBytes = 1 << 20;

    public static void Write<T>(string path, T value, InputKind kind = InputKind.RunFolder) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, value, Json.Configuration), kind);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="validate">Refuses values that make no sense.</param>
    /// <exception cref="InvalidInputException">The file is missing, too large or malformed, or has an unknown key, a key twice, or such a value.</exception>
    public static T Read<T>(string path, Action<T>? validate = null)
    {
        var value = Parse<T>(path, Bytes(path).Span);
        try
        {
            validate?.Invoke(value);
        }
        catch (InvalidInputException error) // A value that cannot be is here no fault of the user's command line.
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: {error.Message}", error);
        }
        return value;
    }

    private static ReadOnlyMemory<byte> Bytes(string path)
    {
        try
        {
            return PlainFile.ReadText(path, LargestBytes);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: no such file; expected a run folder, as training writes it", error);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: not read, {Disk.Reason(error)}", error);
        }
    }

    private static T Parse<T>(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            UnicodeJson.Require(json);
            return JsonSerializer.Deserialize<T>(json, Json.Configuration) ?? throw new JsonException();
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: {Fault<T>(json, error)}", error);
        }
    }

    private static string Fault<T>(ReadOnlySpan<byte> json, Exception error)
    {
        try
        {
            UnicodeJson.Require(json);
            using var document = JsonDocument.Parse(json.ToArray(), Json.Documents);
            if (JsonFault.Duplicate(document.RootElement) is { } twice)
            {
                return $"found the key '{twice}' twice; expected it once";
            }
            var line = error is JsonException { LineNumber: { } number } ? $"line {number + 1}: " : "";
            return $"{line}{JsonFault.Find(document.RootElement, typeof(T)) ?? "found what cannot be read; expected the file as it was written"}";
        }
        catch (JsonException malformed)
        {
            return $"{JsonFault.Malformed(malformed)}; expected an object";
        }
    }
}
