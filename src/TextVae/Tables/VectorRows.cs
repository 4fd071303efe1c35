using System.Globalization;

namespace TextVae.Tables;

/// <summary>Makes rows of what a file holds: vectors of one size and of finite numbers, or none.</summary>
/// <param name="name">The file, for errors.</param>
/// <param name="unit">What a row is called there.</param>
internal sealed class VectorRows(string name, string unit)
{
    private long _index;
    private (long Number, int Size)? _first;

    /// <param name="number">Which row, from 1, or its line.</param>
    /// <param name="values">The numbers; null, none or NaN alone where there is no vector.</param>
    /// <param name="text">The text, if there is one.</param>
    /// <exception cref="InvalidInputException">A number is not finite, or the size is another than that of the rows before.</exception>
    public VectorRow Next(long number, float[]? values, string? text = null)
    {
        if (values is null or [] || Array.TrueForAll(values, float.IsNaN))
        {
            return new VectorRow(_index++, null, text);
        }
        if (Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and var place)
        {
            throw Refused(number, $"{values[place].ToString(CultureInfo.InvariantCulture)} as number {place + 1}, expected finite numbers of float32");
        }
        _first ??= (number, values.Length);
        return _first.Value.Size == values.Length
            ? new VectorRow(_index++, values, text)
            : throw Refused(number, $"{values.Length} numbers, expected {_first.Value.Size} as in {unit} {_first.Value.Number}");
    }

    private InvalidInputException Refused(long number, string what) => new(InputKind.Data, $"{name}: {unit} {number}: found {what}");
}
