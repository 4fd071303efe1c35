using CsvHelper;

namespace TextVae.Cli.Rows;

/// <summary>CSV as RFC 4180 has it: a line of names, lines that end in CRLF, quotes where they are needed; UTF-8.</summary>
internal sealed class CsvRows : IRowWriter
{
    private readonly CsvWriter _writer;

    public CsvRows(Stream stream, IReadOnlyList<Column> columns)
    {
        _writer = CsvWriter.Create(stream, leaveOpen: true);
        _writer.WriteHeader([.. columns.Select(column => column.Name)]);
    }

    public void Write(params IReadOnlyList<object> values)
    {
        foreach (var value in values)
        {
            _writer.WriteField(value);
        }
        _writer.EndRecord();
    }

    public void Dispose() => _writer.Dispose();
}
