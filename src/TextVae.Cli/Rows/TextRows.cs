using System.Text;

namespace TextVae.Cli.Rows;

/// <summary>Plain text: the first column only, each on a line of its own, where a line break shows as a symbol.</summary>
internal sealed class TextRows(Stream stream) : IRowWriter
{
    private readonly StreamWriter _writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);

    public void Write(params IReadOnlyList<object> values)
    {
        _writer.Write(Output.OneLine((string)values[0]));
        _writer.Write('\n');
    }

    public void Dispose() => _writer.Dispose();
}
