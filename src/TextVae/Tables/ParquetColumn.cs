using System.Text;
using Parquet;
using Parquet.Schema;

namespace TextVae.Tables;

/// <summary>A column of strings of a Parquet file, read row group by row group.</summary>
internal sealed class ParquetColumn : ITextFormat
{
    /// <summary>On a damaged footer Parquet.Net may read on for ever; a whole one takes milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static ITextFormat Format { get; } = new ParquetColumn();

    public string Kind => "parquet";

    public IEnumerable<string> Texts(Func<Stream> open, string name, string? column)
    {
        using var stream = open();
        if (stream is not FileStream)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: found a compressed Parquet file, expected it as it is, which is compressed within");
        }
        var (reader, field) = Guard(name, () => Open(stream, name, column));
        var row = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            foreach (var cell in Guard(name, () => Cells(reader.OpenRowGroupReader(group), field)))
            {
                row++;
                yield return cell is null ? "" : Decode(cell, name, row);
            }
        }
    }

    private static async Task<(ParquetReader Reader, DataField Field)> Open(Stream stream, string name, string? column)
    {
        var opening = Task.Run(() => ParquetReader.CreateAsync(stream)); // the reader owns nothing but the stream
        var reader = await opening.WaitAsync(Patience).ConfigureAwait(false);
        return (reader, Field(reader.Schema, name, column));
    }

    private static DataField Field(ParquetSchema schema, string name, string? column)
    {
        var strings = schema.Fields.OfType<DataField>().Where(field => !field.IsArray && field.ClrType == typeof(ReadOnlyMemory<char>)).ToList();
        var chosen = Columns.Choose(name, column, [.. schema.Fields.Select(field => field.Name)], [.. strings.Select(field => field.Name)]);
        return strings.Find(field => field.Name == chosen)
            ?? throw new InvalidInputException(InputKind.Data, $"{name}: found no strings in column '{chosen}', expected --column NAME of one that has some");
    }

    private static async Task<byte[]?[]> Cells(ParquetRowGroupReader rows, DataField field)
    {
        // As bytes: decoding to strings, Parquet.Net replaces what is no UTF-8.
        var bytes = new DataField(field.Name, typeof(byte[]), field.IsNullable);
        _ = new ParquetSchema(bytes); // a field belongs to a schema
        var cells = new byte[]?[rows.RowCount];
        await rows.ReadAsync(bytes, cells).ConfigureAwait(false);
        return cells;
    }

    private static string Decode(byte[] cell, string name, long row)
    {
        try
        {
            return Utf8.GetString(cell);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidInputException(InputKind.Data, $"{name}: row {row}: found bytes that are no UTF-8, expected text", e);
        }
    }

    /// <summary>Waits for a reading; on damaged data Parquet.Net throws much besides its own exceptions.</summary>
    private static T Guard<T>(string name, Func<Task<T>> read)
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
}
