using Parquet;
using Parquet.Schema;

namespace TextVae.Cli.Rows;

/// <summary>Apache Parquet, in groups of rows that are kept until they are full.</summary>
internal sealed class ParquetRows : IRowWriter
{
    private const int GroupSize = 10_000;

    private readonly IReadOnlyList<Column> _columns;
    private readonly DataField[] _fields;
    private readonly ParquetWriter _writer;
    private readonly List<IReadOnlyList<object>> _rows = [];

    public ParquetRows(Stream stream, IReadOnlyList<Column> columns)
    {
        _columns = columns;
        _fields = [.. columns.Select(column => new DataField(column.Name, column.Type, isNullable: false))];
        _writer = ParquetWriter.CreateAsync(new ParquetSchema(_fields), stream).GetAwaiter().GetResult();
    }

    public void Write(params IReadOnlyList<object> values)
    {
        _rows.Add(values);
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
        foreach (var (index, field) in _fields.Index())
        {
            Write(group, field, _columns[index].Type, _rows.Select(row => row[index])).GetAwaiter().GetResult();
        }
        group.CompleteValidate();
        _rows.Clear();
    }

    private static Task Write(ParquetRowGroupWriter group, DataField field, Type type, IEnumerable<object> values) =>
        type == typeof(string) ? group.WriteAsync(field, values.Cast<string>().ToList())
        : type == typeof(double) ? group.WriteAsync<double>(field, values.Cast<double>().ToArray())
        : group.WriteAsync<long>(field, values.Cast<long>().ToArray());
}
