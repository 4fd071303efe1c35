using System.Numerics;
using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace TextVae.Storage;

/// <summary>One tensor of a safetensors file, before it is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Offset">Where its data start, in bytes after the header.</param>
/// <param name="Bytes">How many bytes of data it has.</param>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Offset, long Bytes);

/// <summary>Parses and checks a safetensors header, without trusting a byte of it.</summary>
/// <param name="file">The file's name, for messages.</param>
internal sealed class SafetensorsHeader(string file)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 3 };

    /// <summary>Text by key; empty until <see cref="Parse"/>.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>The tensors in the order of their data.</summary>
    /// <param name="header">The header's bytes, at most <see cref="SafetensorsFormat.MaxHeaderBytes"/>.</param>
    /// <param name="dataBytes">How many bytes of data follow in the file.</param>
    public List<SafetensorsEntry> Parse(ReadOnlyMemory<byte> header, long dataBytes)
    {
        Check(Utf8.IsValid(header.Span), "header", "found bytes that are no UTF-8, expected UTF-8");
        Check(header.Span is [(byte)'{', ..], "header", "expected a JSON object that starts with its first byte");
        var entries = new List<SafetensorsEntry>();
        try
        {
            using var json = JsonDocument.Parse(header, Strict);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.NameEquals(SafetensorsFormat.MetadataKey))
                {
                    ReadMetadata(property.Value);
                    continue;
                }
                Check(entries.Count < SafetensorsFormat.MaxTensors, "header", $"found more tensors, expected at most {SafetensorsFormat.MaxTensors}");
                entries.Add(ReadEntry(property.Name, property.Value));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for half a surrogate pair
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{file}: header: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        entries = [.. entries.OrderBy(e => e.Offset).ThenBy(e => e.Bytes).ThenBy(e => e.Name, StringComparer.Ordinal)];
        long end = 0;
        foreach (var entry in entries)
        {
            Check(entry.Offset == end, PlaceOf(entry.Name), $"found data_offsets from {entry.Offset}, expected {end}: {(entry.Offset < end ? "an overlap" : "a hole")}");
            Check(entry.Bytes <= dataBytes - end, PlaceOf(entry.Name), $"found data_offsets to {end + (BigInteger)entry.Bytes}, expected at most {dataBytes}, the bytes after the header");
            end += entry.Bytes;
        }
        Check(end == dataBytes, "data", $"found {dataBytes} bytes after the header, expected {end}");
        return entries;
    }

    private void ReadMetadata(JsonElement metadata)
    {
        Check(metadata.ValueKind == JsonValueKind.Object, SafetensorsFormat.MetadataKey, $"found {metadata.ValueKind}, expected an object");
        foreach (var property in metadata.EnumerateObject())
        {
            Check(
                property.Value.ValueKind == JsonValueKind.String,
                $"{SafetensorsFormat.MetadataKey} {SafetensorsFormat.Quote(property.Name)}",
                $"found {property.Value.ValueKind}, expected a string");
            Metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement entry)
    {
        var place = PlaceOf(name);
        Check(entry.ValueKind == JsonValueKind.Object, place, $"found {entry.ValueKind}, expected an object");
        Check(entry.GetPropertyCount() == 3, place, $"found {entry.GetPropertyCount()} keys, expected dtype, shape and data_offsets");
        var known = entry.TryGetProperty("dtype", out var dtype) & entry.TryGetProperty("shape", out var dimensions)
            & entry.TryGetProperty("data_offsets", out var range);
        Check(known, place, "found other keys, expected dtype, shape and data_offsets");
        var typeName = dtype.ValueKind == JsonValueKind.String ? dtype.GetString()! : dtype.ValueKind.ToString();
        var type = Array.Find(SafetensorsFormat.Types, t => t.Name == typeName);
        Check(type.Size > 0, place, $"found dtype {SafetensorsFormat.Quote(typeName)}, expected one of {string.Join(", ", SafetensorsFormat.Types.Select(t => t.Name))}");
        var shape = ReadNumbers(dimensions, place, "shape");
        var offsets = ReadNumbers(range, place, "data_offsets");
        Check(offsets.Length == 2 && offsets[0] <= offsets[1], place, $"found data_offsets {SafetensorsFormat.Show(offsets)}, expected [start, end]");
        // Zeros count as ones for the overflow: strides are products of all the other dimensions.
        var elements = shape.Aggregate(BigInteger.One, (product, n) => product * Math.Max(n, 1));
        Check(elements * type.Size <= long.MaxValue, place, $"found shape {SafetensorsFormat.Show(shape)}, expected a size below 2^63 bytes");
        var expected = shape.Contains(0) ? 0 : (long)elements * type.Size;
        Check(
            offsets[1] - offsets[0] == expected,
            place,
            $"found {offsets[1] - offsets[0]} bytes of data, expected {expected} for {typeName} {SafetensorsFormat.Show(shape)}");
        return new SafetensorsEntry(name, type.Type, shape, offsets[0], expected);
    }

    private long[] ReadNumbers(JsonElement array, string place, string key)
    {
        Check(array.ValueKind == JsonValueKind.Array, place, $"{key}: found {array.ValueKind}, expected an array");
        Check(array.GetArrayLength() <= SafetensorsFormat.MaxDimensions, place, $"{key}: found {array.GetArrayLength()} numbers, expected at most {SafetensorsFormat.MaxDimensions}");
        return [.. array.EnumerateArray().Select(element =>
        {
            long number = -1;
            var isNumber = element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number);
            Check(isNumber && number >= 0, place, $"{key}: found {SafetensorsFormat.Quote(element.GetRawText())}, expected whole numbers from 0");
            return number;
        })];
    }

    private static string PlaceOf(string name) => $"tensor {SafetensorsFormat.Quote(name)}";

    private void Check(bool condition, string place, string message)
    {
        if (!condition)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{file}: {place}: {message}");
        }
    }
}
