namespace TextVae.Tables;

/// <summary>Text in pieces as a reader.</summary>
internal sealed class BlockReader(IEnumerable<string> blocks) : TextReader
{
    private readonly IEnumerator<string> _blocks = blocks.GetEnumerator();
    private string _block = "";
    private int _position;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        while (_position == _block.Length)
        {
            if (!_blocks.MoveNext())
            {
                return 0;
            }
            (_block, _position) = (_blocks.Current, 0);
        }
        var count = Math.Min(buffer.Length, _block.Length - _position);
        _block.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _blocks.Dispose();
        }
        base.Dispose(disposing);
    }
}
