using System.Text.Json;

namespace TextVae.Cli.Rows;

/// <summary>JSON Lines: one object a line, as <c>--json</c> prints them.</summary>
internal sealed class JsonLinesRows(Stream stream, IReadOnlyList<Column> columns) : IRowWriter
{
    private readonly BufferedStream _buffer = new(stream);

    public void Write(params IReadOnlyList<object> values)
    {
        var row = new OrderedDictionary<string, object>(columns.Zip(values, (column, value) => KeyValuePair.Create(column.Name, value)));
        JsonSerializer.Serialize(_buffer, row, Output.Options);
        _buffer.WriteByte((byte)'\n');
    }

    public void Dispose() => _buffer.Flush(); // closing it would close the stream
}
