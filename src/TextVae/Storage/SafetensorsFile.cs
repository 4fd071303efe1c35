using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Storage;

/// <summary>A safetensors file, open for reading; everything about it was checked before anything large is allocated.</summary>
/// <remarks>
/// Stricter than the format asks: a header of at most 1 MiB and 4,096 tensors of at most 64 dimensions, no key twice, no
/// overlap and no hole in the data. A checksum that <see cref="Safetensors"/> wrote is verified; a file without one is accepted.
/// </remarks>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly Dictionary<string, SafetensorsEntry> entries;
    private readonly long dataStart;
    private readonly long length;
    private string? dataSha256;

    private SafetensorsFile(string path, SafeFileHandle handle, IEnumerable<TensorShape>? expected, Predicate<string>? mayHold)
    {
        Path = path;
        this.handle = handle;
        length = RandomAccess.GetLength(handle);
        var start = new byte[8];
        Refuse(length < 8, "header", $"found a file of {length} bytes, expected at least 8");
        Fill(start, 0);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(start);
        Refuse(headerBytes > SafetensorsFormat.MaxHeaderBytes, "header", $"found a length of {headerBytes} bytes, expected at most {SafetensorsFormat.MaxHeaderBytes}");
        dataStart = 8 + (long)headerBytes;
        Refuse(dataStart > length, "header", $"found a length of {headerBytes} bytes, expected at most {length - 8}, the bytes that follow");
        var header = new byte[headerBytes];
        Fill(header, 8);
        var parser = new SafetensorsHeader(path);
        entries = parser.Parse(header, length - dataStart).ToDictionary(e => e.Name);
        if (expected is not null)
        {
            RequireJust(expected, mayHold);
        }
        if (parser.Metadata.Remove(SafetensorsFormat.ChecksumKey, out var checksum))
        {
            VerifyChecksum(checksum);
            HasChecksum = true;
        }
        Metadata = parser.Metadata;
    }

    /// <summary>The file, as it was given.</summary>
    public string Path { get; }

    /// <summary>Whether the file carries a checksum of its data; if so, the data match it.</summary>
    public bool HasChecksum { get; }

    /// <summary>The SHA-256 of its data, in hexadecimal digits; of a file without a checksum it is computed now.</summary>
    public string DataSha256 => dataSha256 ??= Hash();

    /// <summary>Text by key, without the checksum.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors' names, in the order of their data.</summary>
    public IEnumerable<string> Names => Entries.Select(e => e.Name);

    /// <summary>The tensors' names, types and shapes, in the order of their data.</summary>
    public IReadOnlyCollection<SafetensorsEntry> Entries => entries.Values;

    /// <summary>Opens a file, checks its header and verifies its checksum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">The tensors that it must hold and no others, which is checked before any of its data is read; null for any.</param>
    /// <param name="mayHold">Names that it may hold beside them.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is no whole safetensors file, or of other tensors.</exception>
    public static SafetensorsFile Open(string path, IEnumerable<TensorShape>? expected = null, Predicate<string>? mayHold = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SafeFileHandle? handle = null;
        try
        {
            PlainFile.RefuseOthers(path);
            handle = File.OpenHandle(path);
            return new SafetensorsFile(path, handle, expected, mayHold);
        }
        catch (Exception e)
        {
            handle?.Dispose();
            if (Disk.IsToBlame(e) || e is NotSupportedException) // the latter for what has no length: a pipe, a device
            {
                throw new InvalidInputException(InputKind.RunFolder, $"{path}: not read, {Disk.Reason(e)}", e);
            }
            throw;
        }
    }

    /// <summary>One tensor's type and shape.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    public SafetensorsEntry this[string name] => entries.GetValueOrDefault(name)
        ?? throw Invalid($"tensor {SafetensorsFormat.Quote(name)}", "not found");

    /// <summary>Reads a tensor into memory of its own, on the CPU.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor, or the file cannot be read.</exception>
    public Tensor Read(string name)
    {
        var entry = this[name];
        var tensor = empty(entry.Shape, dtype: entry.Type, device: CPU);
        try
        {
            ReadData(entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Reads a tensor into one that exists, on any device, such as a parameter of a model.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="target">Where it goes; of the same type and shape.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, its type or shape is another, or the file cannot be read.</exception>
    public void ReadInto(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var entry = this[name];
        Require(entry, target.dtype, target.shape);
        if (target.device_type == DeviceType.CPU && target.is_contiguous())
        {
            ReadData(entry, target);
            return;
        }
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        target.copy_(Read(name));
    }

    /// <summary>Closes the file; tensors that were read stay.</summary>
    public void Dispose() => handle.Dispose();

    private void RequireJust(IEnumerable<TensorShape> expected, Predicate<string>? mayHold)
    {
        var known = new HashSet<string>();
        foreach (var tensor in expected)
        {
            Refuse(!entries.TryGetValue(tensor.Name, out var entry), $"tensor {SafetensorsFormat.Quote(tensor.Name)}", "found none of that name; expected it, as the model is described");
            Require(entry!, tensor.Type, tensor.Shape);
            known.Add(tensor.Name);
        }
        var extra = entries.Keys.FirstOrDefault(name => !known.Contains(name) && mayHold?.Invoke(name) != true);
        Refuse(extra is not null, $"tensor {SafetensorsFormat.Quote(extra ?? "")}", "expected none of that name, as the model is described");
    }

    private void Require(SafetensorsEntry entry, ScalarType type, IReadOnlyList<long> shape)
    {
        var place = $"tensor {SafetensorsFormat.Quote(entry.Name)}";
        Refuse(entry.Type != type, place, $"found type {entry.Type}, expected {type}");
        Refuse(!entry.Shape.SequenceEqual(shape), place, $"found shape {SafetensorsFormat.Show(entry.Shape)}, expected {SafetensorsFormat.Show(shape)}");
    }

    private void ReadData(SafetensorsEntry entry, Tensor target)
    {
        var offset = dataStart + entry.Offset;
        SafetensorsFormat.VisitBytes(target, bytes =>
        {
            Fill(bytes, offset);
            Refuse(
                entry.Type == ScalarType.Bool && bytes.ContainsAnyExceptInRange((byte)0, (byte)1),
                $"tensor {SafetensorsFormat.Quote(entry.Name)}",
                "found a bool that is neither 0 nor 1");
            offset += bytes.Length;
        });
    }

    private void VerifyChecksum(string expected) =>
        Refuse(DataSha256 != expected, "data", $"found SHA-256 {DataSha256}, expected {SafetensorsFormat.Quote(expected)}: the file was changed after it was written");

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (var at = dataStart; at < length; at += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            Fill(part, at);
            hash.AppendData(part);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Fill(Span<byte> bytes, long offset)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(handle, bytes, offset);
            Refuse(read == 0, "data", "found the end of the file, which became shorter while it was read");
            bytes = bytes[read..];
            offset += read;
        }
    }

    private void Refuse(bool condition, string place, string message)
    {
        if (condition)
        {
            throw Invalid(place, message);
        }
    }

    private InvalidInputException Invalid(string place, string message) => new(InputKind.RunFolder, $"{Path}: {place}: {message}");
}
