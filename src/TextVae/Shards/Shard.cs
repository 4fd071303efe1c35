namespace TextVae;

/// <summary>One of several parts of a work on texts, which machines can do without talking: together they are the whole.</summary>
/// <param name="Number">Which part, from 1.</param>
/// <param name="Of">How many parts there are.</param>
public sealed record Shard(int Number, int Of)
{
    /// <summary>The most parts of a work.</summary>
    public const int Most = 100_000;

    /// <summary>All of it.</summary>
    public static Shard Whole { get; } = new(1, 1);

    /// <summary>Whether it is all of it.</summary>
    public bool IsWhole => Of == 1;

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.Within(1, Most, Of, "the number of shards");
        Check.Within(1, Of, Number, "the shard");
    }

    /// <summary>
    /// Which items are this part's: whole blocks of neighbours, as many in each part, give or take one. So whatever is computed
    /// from a block at a time does not depend on the number of parts.
    /// </summary>
    /// <param name="items">How many items the whole has.</param>
    /// <param name="block">Items of a block; the last one of all may have fewer.</param>
    /// <returns>The index of the first one, and how many: perhaps none.</returns>
    public (long First, long Count) Range(long items, int block)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(block);
        Validate();
        var blocks = items / block + (items % block > 0 ? 1 : 0);
        var (first, end) = (Start(Number - 1), Start(Number));
        return (first, end - first);

        long Start(int shard) => (long)Int128.Min(items, (Int128)blocks * shard / Of * block);
    }

    /// <summary>Where this part's output goes: <c>scores.2-of-4.jsonl</c> for <c>scores.jsonl</c>; for the whole the path itself.</summary>
    public string PathOf(string path)
    {
        var number = Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var of = Of.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return IsWhole ? path : Path.ChangeExtension(path, $".{number.PadLeft(of.Length, '0')}-of-{of}{Path.GetExtension(path)}");
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Number}/{Of}");
}
