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
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: no such file; expected a run folder, as 'textvae train' writes it");
        }
        if (file.Length > LargestBytes)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: found {file.Length:N0} bytes; expected at most {LargestBytes:N0}");
        }
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Json.Configuration)
                ?? throw new JsonException("found null; expected an object");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: line {error.LineNumber + 1}: {error.Path?.TrimStart('$', '.')}: {JsonFault.Explain(error)}", error);
        }
    }
}
