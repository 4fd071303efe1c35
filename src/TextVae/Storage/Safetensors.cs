using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace TextVae.Storage;

/// <summary>
/// Writes tensors in the safetensors format (https://github.com/huggingface/safetensors): the header's length (8 bytes,
/// little-endian), the header (JSON: each tensor's type, shape and place), the data. <see cref="SafetensorsFile"/> reads them.
/// </summary>
/// <remarks>
/// The same tensors give the same bytes: tensors are sorted by type (descending alignment, as in the reference
/// implementation), then by name. The header's metadata hold the SHA-256 of the data section as <c>data_sha256</c>.
/// </remarks>
internal static class Safetensors
{
    // Names stay readable: nothing here ends up in a web page.
    private static readonly JsonWriterOptions HeaderOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file that is replaced as a whole (see <see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">
    /// Tensors by name, of any shape and device; float64, float32, float16, bfloat16, int64, int32, uint8 or bool. Those that
    /// are contiguous and on the CPU are written straight from their memory.
    /// </param>
    /// <param name="metadata">Text by key, for the header; <c>data_sha256</c> is taken.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">A name is used twice, a type is not supported, or the header would exceed the
    /// limits of 4,096 tensors and 1 MiB.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));
    }

    /// <summary>Writes to a stream from its position on; the parameters are those of a file.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="metadata">Text by key, for the header.</param>
    /// <exception cref="ArgumentException">A name is used twice, a type is not supported, or the header is too large.</exception>
    public static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = Sort(tensors);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, tensor, _) in sorted)
        {
            VisitBytes(tensor, bytes => hash.AppendData(bytes));
        }
        var header = Header(sorted, metadata, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var (_, tensor, _) in sorted)
        {
            VisitBytes(tensor, bytes => stream.Write(bytes));
        }
    }

    private static List<(string Name, Tensor Tensor, int Type)> Sort(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var sorted = tensors
            .Select(t => (Name: t.Key, Tensor: t.Value, Type: Array.FindIndex(SafetensorsFormat.Types, type => type.Type == t.Value.dtype)))
            .OrderBy(t => t.Type)
            .ThenBy(t => t.Name, StringComparer.Ordinal)
            .ToList();
        if (sorted.Find(t => t.Type < 0) is { Tensor: { } unsupported } bad)
        {
            throw new ArgumentException($"tensor {bad.Name}: found type {unsupported.dtype}, expected one of {Supported}", nameof(tensors));
        }
        if (sorted.GroupBy(t => t.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"tensor {twice.Key}: the name is used twice", nameof(tensors));
        }
        if (sorted.Count > SafetensorsFormat.MaxTensors || sorted.Exists(t => t.Tensor.Dimensions > SafetensorsFormat.MaxDimensions))
        {
            throw new ArgumentException(
                $"expected at most {SafetensorsFormat.MaxTensors} tensors of at most {SafetensorsFormat.MaxDimensions} dimensions", nameof(tensors));
        }
        if (sorted.Exists(t => t.Name == SafetensorsFormat.MetadataKey))
        {
            throw new ArgumentException($"no tensor can be called {SafetensorsFormat.MetadataKey}", nameof(tensors));
        }
        return sorted;
    }

    private static string Supported => string.Join(", ", SafetensorsFormat.Types.Select(t => t.Type));

    /// <summary>The header, padded with spaces so that the data start at a multiple of 8 bytes.</summary>
    private static byte[] Header(List<(string Name, Tensor Tensor, int Type)> sorted, IReadOnlyDictionary<string, string>? metadata, string checksum)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, HeaderOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsFormat.MetadataKey);
            var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { { SafetensorsFormat.ChecksumKey, checksum } };
            foreach (var (key, value) in all.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }
            json.WriteEndObject();
            long offset = 0;
            foreach (var (name, tensor, type) in sorted)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", SafetensorsFormat.Types[type].Name);
                WriteNumbers(json, "shape", tensor.shape);
                var end = offset + tensor.NumberOfElements * SafetensorsFormat.Types[type].Size;
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }
        return buffer.Length <= SafetensorsFormat.MaxHeaderBytes
            ? buffer.ToArray()
            : throw new ArgumentException($"a header of {buffer.Length} bytes, expected at most {SafetensorsFormat.MaxHeaderBytes}: names or metadata are too long");
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }
        json.WriteEndArray();
    }

    private static void VisitBytes(Tensor tensor, ByteVisitor visit)
    {
        using var scope = NewDisposeScope();
        SafetensorsFormat.VisitBytes(tensor.detach().cpu().contiguous(), visit);
    }
}
