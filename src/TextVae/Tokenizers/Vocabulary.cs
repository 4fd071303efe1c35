using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using TextVae.Storage;

namespace TextVae.Tokenizers;

/// <summary>The tokens a model knows, in the order of their ids. Immutable. On disk a JSON array of strings.</summary>
public sealed class Vocabulary
{
    /// <summary>The token that fills a text up to the fixed length; its id is 0.</summary>
    public const string Pad = "<pad>";

    /// <summary>The token that stands for everything outside the vocabulary.</summary>
    public const string Unknown = "<unk>";

    /// <summary>The token that ends a text.</summary>
    public const string End = "<end>";

    /// <summary>The most tokens a vocabulary can have: ids fit in two bytes.</summary>
    public const int MaximumCount = 65_536;

    internal const int MaximumFileSize = 16 << 20;

    private readonly string[] _tokens;
    private readonly Dictionary<string, int> _ids;

    /// <summary>A vocabulary of these tokens.</summary>
    /// <exception cref="ArgumentException">They are not distinct, non-empty and at most <see cref="MaximumCount"/>, with <see cref="Pad"/> the first.</exception>
    public Vocabulary(IEnumerable<string> tokens)
    {
        _tokens = [.. tokens];
        if (Fault(_tokens) is { } fault)
        {
            throw new ArgumentException(fault, nameof(tokens));
        }
        _ids = Enumerable.Range(0, _tokens.Length).ToDictionary(id => _tokens[id], StringComparer.Ordinal);
        UnknownId = TryGetId(Unknown, out var unknown) ? unknown : null;
        EndId = TryGetId(End, out var end) ? end : null;
    }

    /// <summary>The number of tokens, V.</summary>
    public int Count => _tokens.Length;

    /// <summary>The tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>The id of <see cref="Pad"/>.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "It belongs to the vocabulary, like the other two.")]
    public int PadId => 0;

    /// <summary>The id of <see cref="Unknown"/>, if the vocabulary has it.</summary>
    public int? UnknownId { get; }

    /// <summary>The id of <see cref="End"/>, if the vocabulary has it.</summary>
    public int? EndId { get; }

    /// <summary>Looks a token up.</summary>
    public bool TryGetId(ReadOnlySpan<char> token, out int id) => _ids.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(token, out id);

    /// <summary>Reads a vocabulary file.</summary>
    /// <exception cref="InvalidInputException">The file is missing or anything but a JSON array that makes a vocabulary.</exception>
    public static Vocabulary Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(PlainFile.ReadText(path, MaximumFileSize), new JsonDocumentOptions { MaxDepth = 2 });
            var tokens = Strings(document.RootElement, path);
            return Fault(tokens) is { } fault ? throw Invalid(path, fault) : new Vocabulary(tokens);
        }
        catch (JsonException e)
        {
            throw Invalid(path, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: found malformed JSON, expected an array of tokens", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(path, $"cannot be read, expected a vocabulary: {e.Message}", e);
        }
    }

    /// <summary>SHA-256 of the file that <see cref="Write"/> writes, in hexadecimal digits: it tells these tokens in this order from all others.</summary>
    internal string Sha256()
    {
        using var file = new MemoryStream();
        Write(file);
        return Convert.ToHexStringLower(SHA256.HashData(file.GetBuffer().AsSpan(0, (int)file.Length)));
    }

    /// <summary>Writes the vocabulary as JSON, one token a line.</summary>
    public void Write(Stream stream)
    {
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var writer = new Utf8JsonWriter(stream, options);
        writer.WriteStartArray();
        foreach (var token in _tokens)
        {
            writer.WriteStringValue(token);
        }
        writer.WriteEndArray();
    }

    private static string[] Strings(JsonElement array, string path)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Invalid(path, $"found a JSON {array.ValueKind}, expected an array of tokens");
        }
        var tokens = new List<string>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            try
            {
                tokens.Add(element.GetString()!);
            }
            catch (InvalidOperationException e) // no string, or half of a surrogate pair
            {
                throw Invalid(path, $"token {tokens.Count}: found {Shortened.Of(element.GetRawText())}, expected a string of Unicode text", e);
            }
        }
        return [.. tokens];
    }

    /// <summary>What is wrong with the tokens, or null.</summary>
    private static string? Fault(string[] tokens)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            if (string.IsNullOrEmpty(tokens[id]))
            {
                return $"token {id}: found an empty token, expected text";
            }
            if (!ids.TryAdd(tokens[id], id))
            {
                return $"token {id}: found \"{Shortened.Of(tokens[id])}\", which is token {ids[tokens[id]]} already; expected distinct tokens";
            }
        }
        return tokens.Length is 0 or > MaximumCount ? FormattableString.Invariant($"found {tokens.Length:N0} tokens, expected 1 to {MaximumCount:N0}")
            : tokens[0] != Pad ? $"token 0: found \"{Shortened.Of(tokens[0])}\", expected \"{Pad}\""
            : null;
    }

    private static InvalidInputException Invalid(string path, string fault, Exception? inner = null) =>
        new(InputKind.RunFolder, $"{path}: {fault}", inner);
}
