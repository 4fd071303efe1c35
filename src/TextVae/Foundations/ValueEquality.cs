namespace TextVae;

/// <summary>Equality of lists by their values, for records that hold some: left to itself a record compares them by reference.</summary>
internal static class ValueEquality
{
    /// <summary>Whether two lists have the same values in the same order; NaN is the same as NaN.</summary>
    public static bool HasSameValues<T>(this IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        ReferenceEquals(one, other) || (one is not null && other is not null && one.SequenceEqual(other));

    /// <summary>The same for lists of the same values.</summary>
    public static int HashOfValues<T>(this IReadOnlyList<T>? values)
    {
        var hash = new HashCode();
        foreach (var value in values ?? [])
        {
            hash.Add(value);
        }
        return hash.ToHashCode();
    }
}
