using System.Text.Json.Serialization.Metadata;
using Parquet;
using Parquet.Schema;

namespace TextVae.Tables;

/// <summary>A column of strings of a Parquet file.</summary>
internal sealed class ParquetTable : ITextFormat
{
    public static ITextFormat Format { get; } = new ParquetTable();

    public string Kind => "parquet";

    public bool IsText => false;

    public IEnumerable<string> Texts(Func<Stream> open, string name, string? column, bool marks)
    {
        using var stream = open();
        var reader = ParquetFile.Open(stream, name);
        var field = Field(reader.Schema, name, column);
        var row = 0L;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            foreach (var cell in ParquetFile.Guard(name, () => ParquetFile.Cells(reader.OpenRowGroupReader(group), field)))
            {
                row++;
                yield return cell is null ? "" : ParquetFile.Decode(cell, name, row, marks).AsCell();
            }
        }
    }

    public string? Choice(Func<Stream> open, string name, string? column)
    {
        using var stream = open();
        var schema = ParquetFile.Open(stream, name).Schema;
        return Columns.Described(Field(schema, name, column).Name, [.. schema.Fields.Select(field => field.Name)]);
    }

    private static DataField Field(ParquetSchema schema, string name, string? column)
    {
        var strings = ParquetFile.Strings(schema);
        var chosen = Columns.Choose(name, column, [.. schema.Fields.Select(field => field.Name)], [.. strings.Select(field => field.Name)]);
        return strings.Find(field => field.Name == chosen)
            ?? throw new InvalidInputException(InputKind.Data, $"{name}: found no strings in column '{chosen}', expected a column that has some") { Property = Columns.Property };
    }
}

/// <summary>Writes a Parquet file, in groups of rows that are kept until they are full.</summary>
internal sealed class ParquetRows : IRowWriter
{
    private const int GroupSize = 10_000;

    private readonly IReadOnlyList<JsonPropertyInfo> _columns;
    private readonly DataField[] _fields;
    private readonly ParquetWriter _writer;
    private readonly List<object> _rows = [];

    public ParquetRows(Stream stream, IReadOnlyList<JsonPropertyInfo> columns)
    {
        _columns = columns;
        _fields = [.. columns.Select(column => new DataField(column.Name, column.PropertyType, isNullable: false))];
        _writer = ParquetWriter.CreateAsync(new ParquetSchema(_fields), stream).GetAwaiter().GetResult();
    }

    public void Write(object row)
    {
        _rows.Add(row);
        if (_rows.Count == GroupSize)
        {
            WriteGroup();
        }
    }

    public void Dispose()
    {
        if (_rows.Count > 0)
        {
            WriteGroup();
        }
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void WriteGroup()
    {
        using var group = _writer.CreateRowGroup();
        foreach (var (field, column) in _fields.Zip(_columns))
        {
            Write(group, field, column.PropertyType, _rows.Select(column.Get!)).GetAwaiter().GetResult();
        }
        group.CompleteValidate();
        _rows.Clear();
    }

    private static Task Write(ParquetRowGroupWriter group, DataField field, Type type, IEnumerable<object?> values) =>
        type == typeof(string) ? group.WriteAsync(field, values.Cast<string>().ToList())
        : type == typeof(double) ? group.WriteAsync<double>(field, values.Cast<double>().ToArray())
        : group.WriteAsync<long>(field, values.Cast<long>().ToArray());
}
