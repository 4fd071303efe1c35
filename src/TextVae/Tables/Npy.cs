using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TextVae.Storage;

namespace TextVae.Tables;

/// <summary>
/// NumPy's format (numpy.lib.format). Written is version 1.0, float32: <c>x.npy</c> with the means and <c>x.std.npy</c> with
/// the standard deviations, [texts, latent] each. A text that does not fit the model is a row of NaN, so that rows are texts.
/// Read are versions 1.0 and 2.0, float32 and float64 of either byte order, [texts, latent] in C order. Nothing else is, so
/// above all no objects, whose loading could run code.
/// </summary>
internal sealed partial class Npy : IVectorFormat
{
    private const int HeaderBytes = 128; // a multiple of 64, with room for any shape: it is written again at the end
    private const int LongestHeader = 10_000; // as NumPy itself has it

    private static readonly byte[] Magic = [0x93, .. "NUMPY"u8];

    public string FateOfMisfits => "written as rows of NaN";

    public string SecondExtension => ".std.npy";

    public void Write(string path, IEnumerable<EncodedText> texts, int latent) =>
        AtomicFile.Write(path, means => AtomicFile.Write(Path.ChangeExtension(path, SecondExtension), deviations => Write(means, deviations, texts, latent), InputKind.Data), InputKind.Data);

    private static void Write(FileStream means, FileStream deviations, IEnumerable<EncodedText> texts, int latent)
    {
        var rows = 0L;
        WriteHeaders();
        foreach (var text in texts)
        {
            means.Write(MemoryMarshal.AsBytes(text.Mean.AsSpan()));
            deviations.Write(MemoryMarshal.AsBytes(text.StandardDeviation.AsSpan()));
            rows++;
        }
        WriteHeaders();

        void WriteHeaders()
        {
            foreach (var file in new[] { means, deviations })
            {
                file.Position = 0;
                file.Write(Header(rows, latent));
            }
        }
    }

    /// <summary>Writes one array from several that this class wrote, whose rows follow each other.</summary>
    /// <exception cref="InvalidInputException">One is none of them, or of another size.</exception>
    public static void Join(FileStream stream, IReadOnlyList<string> parts)
    {
        var (rows, columns) = (0L, (int?)null);
        stream.Write(Header(rows, 0));
        foreach (var part in parts)
        {
            using var file = FileBytes.OpenFile(part);
            var array = Describe(ReadHeader(file, part), part);
            array.CheckSize(file.Length - file.Position, part);
            rows += array.Rows;
            columns ??= array.Columns;
            Check.That(array.Columns == columns, $"{part}: its numbers in a row", array.Columns, $"{columns}", InputKind.Data);
            file.CopyTo(stream);
        }
        stream.Position = 0;
        stream.Write(Header(rows, columns ?? 0));
    }

    private static byte[] Header(long rows, int columns)
    {
        var order = BitConverter.IsLittleEndian ? '<' : '>';
        var description = $"{{'descr': '{order}f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        byte[] start = [.. Magic, 1, 0, HeaderBytes - 10, 0]; // magic, version, length of what follows (16 bits, low byte first)
        return [.. start, .. Encoding.ASCII.GetBytes(description.PadRight(HeaderBytes - start.Length - 1) + '\n')];
    }

    public IEnumerable<VectorRow> Read(Func<Stream> open, string name)
    {
        using var stream = open();
        if (stream is not FileStream file)
        {
            throw Refused(name, "a compressed file", "it as it is");
        }
        var array = Describe(ReadHeader(file, name), name);
        array.CheckSize(file.Length - file.Position, name);
        var rows = new VectorRows(name, "row");
        var bytes = new byte[array.Rows == 0 ? 0 : array.Columns * array.NumberBytes];
        for (var row = 1L; row <= array.Rows; row++)
        {
            Fill(file, bytes, name);
            yield return rows.Next(row, array.Decode(bytes));
        }
    }

    /// <summary>The Python dictionary that describes the array; the file stands after it.</summary>
    private static string ReadHeader(FileStream file, string name)
    {
        Span<byte> start = stackalloc byte[8];
        Fill(file, start, name);
        if (!start.StartsWith(Magic))
        {
            throw Refused(name, $"the bytes {Convert.ToHexStringLower(start)} at the beginning", "those of NumPy's format, 934e554d5059");
        }
        if ((start[6], start[7]) is not ((1 or 2), 0))
        {
            throw Refused(name, $"version {start[6]}.{start[7]} of NumPy's format", "1.0 or 2.0");
        }
        Span<byte> size = stackalloc byte[start[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        Fill(file, size, name);
        var length = start[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > LongestHeader)
        {
            throw Refused(name, string.Create(CultureInfo.InvariantCulture, $"a header of {length:N0} bytes"), string.Create(CultureInfo.InvariantCulture, $"at most {LongestHeader:N0}"));
        }
        var header = new byte[length];
        Fill(file, header, name);
        return Encoding.Latin1.GetString(header);
    }

    private static ArrayDescription Describe(string header, string name)
    {
        var match = Dictionary().Match(header);
        var (type, order, shape) = (match.Groups["type"], match.Groups["order"], match.Groups["shape"]);
        if (type.Captures.Count != 1 || order.Captures.Count != 1 || shape.Captures.Count != 1)
        {
            throw Refused(name, $"the header {Printable(header)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (texts, latent)}");
        }
        if (type.Value is not ['<' or '>', 'f', '4' or '8'])
        {
            throw Refused(name, $"numbers of type '{Printable(type.Value)}'", "float32 or float64: '<f4', '>f4', '<f8' or '>f8'");
        }
        if (order.Value == "True")
        {
            throw Refused(name, "an array in Fortran order", "C order: numpy.ascontiguousarray");
        }
        var sizes = shape.Value.Split(',', StringSplitOptions.TrimEntries);
        return sizes is [var rows, var columns] && long.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var texts)
            && int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out var latent) && latent <= PlainText.MaximumLine
            ? new ArrayDescription(texts, latent, type.Value[2] - '0', type.Value[0] == '<')
            : throw Refused(name, $"the shape ({Printable(shape.Value)})", "(texts, latent)");
    }

    private static void Fill(FileStream file, Span<byte> bytes, string name)
    {
        try
        {
            file.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw FileBytes.Damaged(name, e);
        }
        catch (IOException e)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: cannot be read: {e.Message}", e);
        }
    }

    private static string Printable(string text) =>
        string.Concat((text.Length <= 80 ? text : text[..80] + "…").Select(character => char.IsControl(character) ? ' ' : character)).Trim();

    private static InvalidInputException Refused(string name, string found, string expected) =>
        new(InputKind.Data, $"{name}: found {found}, expected {expected}");

    /// <summary>The three keys in any order, as Python writes them.</summary>
    [GeneratedRegex("""\A\{\s*(?:(?:'descr'\s*:\s*'(?<type>[^']*)'|'fortran_order'\s*:\s*(?<order>True|False)|'shape'\s*:\s*\((?<shape>[^()]*)\))\s*(?:,\s*)?){3}\}\s*\z""", RegexOptions.ExplicitCapture)]
    private static partial Regex Dictionary();

    private sealed record ArrayDescription(long Rows, int Columns, int NumberBytes, bool IsLittleEndian)
    {
        public void CheckSize(long found, string name)
        {
            var expected = (Int128)Rows * Columns * NumberBytes;
            if (found != expected)
            {
                throw Refused(name, $"{found} bytes after the header", $"{expected} for the shape ({Rows}, {Columns})");
            }
            if (Columns == 0 && Rows > 0)
            {
                throw Refused(name, $"the shape ({Rows}, {Columns})", "(texts, latent)"); // of any number of rows the file says nothing
            }
        }

        public float[] Decode(ReadOnlySpan<byte> bytes)
        {
            var values = new float[Columns];
            for (var place = 0; place < values.Length; place++)
            {
                var number = bytes.Slice(place * NumberBytes, NumberBytes);
                values[place] = (NumberBytes, IsLittleEndian) switch
                {
                    (4, true) => BinaryPrimitives.ReadSingleLittleEndian(number),
                    (4, false) => BinaryPrimitives.ReadSingleBigEndian(number),
                    (_, true) => (float)BinaryPrimitives.ReadDoubleLittleEndian(number),
                    (_, false) => (float)BinaryPrimitives.ReadDoubleBigEndian(number),
                };
            }
            return values;
        }
    }
}
