using System.Globalization;
using System.Runtime.CompilerServices;

namespace TextVae;

/// <summary>
/// An interpolated string in the invariant culture. Where a method takes one, the compiler prefers it to a string, so that
/// no message depends on the culture of whoever calls the library.
/// </summary>
[InterpolatedStringHandler]
internal ref struct InvariantText(int literalLength, int formattedCount)
{
    private DefaultInterpolatedStringHandler _text = new(literalLength, formattedCount, CultureInfo.InvariantCulture);

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted(ReadOnlySpan<char> value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format = null) => _text.AppendFormatted(value, format);

    /// <summary>The text; only once.</summary>
    public string Take() => _text.ToStringAndClear();
}
