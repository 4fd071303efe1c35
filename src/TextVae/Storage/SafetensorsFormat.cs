using static TorchSharp.torch;

namespace TextVae.Storage;

/// <summary>What writer and reader of the safetensors format agree on.</summary>
internal static class SafetensorsFormat
{
    public const int MaxHeaderBytes = 1 << 20;
    public const int MaxOtherBytes = 8 + MaxHeaderBytes; // beside the data
    public const int MaxTensors = 4096;
    public const int MaxDimensions = 64;
    public const string MetadataKey = "__metadata__";

    /// <summary>The key of the data section's SHA-256, in hexadecimal digits, among the metadata.</summary>
    public const string ChecksumKey = "data_sha256";

    private const int LongestName = 80; // in messages
    private const int ChunkElements = 1 << 20;

    /// <summary>The types, their names in files and their bytes per element.</summary>
    /// <remarks>In descending order of alignment, in which the reference implementation lays out a file.</remarks>
    public static readonly (ScalarType Type, string Name, int Size)[] Types =
    [
        (ScalarType.Int64, "I64", 8),
        (ScalarType.Float64, "F64", 8),
        (ScalarType.Float32, "F32", 4),
        (ScalarType.Int32, "I32", 4),
        (ScalarType.BFloat16, "BF16", 2),
        (ScalarType.Float16, "F16", 2),
        (ScalarType.Byte, "U8", 1),
        (ScalarType.Bool, "BOOL", 1),
    ];

    /// <summary>A name as it appears in a message: quoted, in one line, never long.</summary>
    public static string Quote(string text) => $"\"{Shortened.Of(text, LongestName)}\"";

    /// <summary>A tensor's name and shape as they appear in a message.</summary>
    public static string Describe(TensorShape tensor) => $"{Quote(tensor.Name)} {Show(tensor.Shape)}";

    /// <summary>A shape as it appears in a message.</summary>
    public static string Show(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Shows the memory of a contiguous tensor of any size on the CPU, part by part.</summary>
    public static void VisitBytes(Tensor tensor, ByteVisitor visit)
    {
        using var scope = NewDisposeScope();
        var count = tensor.NumberOfElements;
        for (long start = 0; start < count; start += ChunkElements)
        {
            using var chunk = tensor.detach().view(-1).narrow(0, start, Math.Min(ChunkElements, count - start));
            visit(chunk.bytes);
        }
    }
}

/// <summary>Reads or fills a part of a tensor's memory.</summary>
internal delegate void ByteVisitor(Span<byte> bytes);
