using System.Runtime.InteropServices;
using System.Text;
using TextVae.Storage;

namespace TextVae.Tables.Vectors;

/// <summary>
/// NumPy's format, version 1.0, float32: <c>x.npy</c> with the means and <c>x.std.npy</c> with the standard deviations,
/// [texts, latent] each. A text that does not fit the model is a row of NaN, so that rows are texts.
/// </summary>
public sealed class NpyFormat : IExportFormat
{
    private const int HeaderBytes = 128; // a multiple of 64, with room for any shape: it is written again at the end

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<EncodedText> texts) =>
        AtomicFile.Write(path, means => AtomicFile.Write(Path.ChangeExtension(path, ".std.npy"), deviations => Write(means, deviations, texts), InputKind.Data), InputKind.Data);

    private static void Write(FileStream means, FileStream deviations, IEnumerable<EncodedText> texts)
    {
        var (rows, columns) = (0L, 0);
        WriteHeaders();
        foreach (var text in texts)
        {
            means.Write(MemoryMarshal.AsBytes(text.Mean.AsSpan()));
            deviations.Write(MemoryMarshal.AsBytes(text.StandardDeviation.AsSpan()));
            (rows, columns) = (rows + 1, text.Mean.Length);
        }
        WriteHeaders();

        void WriteHeaders()
        {
            foreach (var file in new[] { means, deviations })
            {
                file.Position = 0;
                file.Write(Header(rows, columns));
            }
        }
    }

    private static byte[] Header(long rows, int columns)
    {
        var order = BitConverter.IsLittleEndian ? '<' : '>';
        var description = $"{{'descr': '{order}f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}";
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0, HeaderBytes - 10, 0]; // magic, version, length of what follows (16 bits, low byte first)
        return [.. start, .. Encoding.ASCII.GetBytes(description.PadRight(HeaderBytes - start.Length - 1) + '\n')];
    }
}
