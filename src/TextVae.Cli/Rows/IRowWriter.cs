namespace TextVae.Cli.Rows;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><see cref="string"/>, <see cref="double"/> or <see cref="long"/>.</param>
internal sealed record Column(string Name, Type Type);

/// <summary>Writes a table into a stream, row by row in constant memory; disposing writes what is still to be written, and leaves the stream open.</summary>
internal interface IRowWriter : IDisposable
{
    /// <param name="values">One for each column, of its type; none is null.</param>
    void Write(params IReadOnlyList<object> values);
}
