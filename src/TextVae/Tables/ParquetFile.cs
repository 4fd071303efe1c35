using System.Text;
using Parquet;
using Parquet.Schema;

namespace TextVae.Tables;

/// <summary>Reading Parquet files that may be damaged, row group by row group.</summary>
internal static class ParquetFile
{
    /// <summary>On a damaged footer Parquet.Net may read on for ever; a whole one takes milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A reader, which owns nothing but the stream.</summary>
    /// <exception cref="InvalidInputException">The bytes are no Parquet file, or it is compressed as a whole.</exception>
    public static ParquetReader Open(Stream stream, string name) => stream is FileStream
        ? Guard(name, () => Task.Run(() => ParquetReader.CreateAsync(stream)).WaitAsync(Patience))
        : throw new InvalidInputException(InputKind.Data, $"{name}: found a compressed Parquet file, expected it as it is, which is compressed within");

    /// <summary>Waits for a reading; on damaged data Parquet.Net throws much besides its own exceptions.</summary>
    public static T Guard<T>(string name, Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not InvalidInputException)
        {
            throw FileBytes.Damaged(name, e);
        }
    }

    /// <summary>The columns of strings at the top.</summary>
    public static List<DataField> Strings(ParquetSchema schema) =>
        [.. schema.Fields.OfType<DataField>().Where(field => !field.IsArray && field.ClrType == typeof(ReadOnlyMemory<char>))];

    /// <summary>A row group's strings, as bytes: decoding them itself, Parquet.Net replaces what is no UTF-8.</summary>
    public static async Task<byte[]?[]> Cells(ParquetRowGroupReader group, DataField field)
    {
        var bytes = new DataField(field.Name, typeof(byte[]), field.IsNullable);
        _ = new ParquetSchema(bytes); // a field belongs to a schema
        var cells = new byte[]?[group.RowCount];
        await group.ReadAsync(bytes, cells).ConfigureAwait(false);
        return cells;
    }

    /// <exception cref="InvalidInputException">The cell is no UTF-8, which is not to be marked.</exception>
    public static string Decode(byte[] cell, string name, long row, bool marks = false)
    {
        if (marks)
        {
            return Utf8Text.Marked(cell);
        }
        try
        {
            return Utf8.GetString(cell);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: row {row}: found bytes that are no UTF-8, expected text", e);
        }
    }
}
