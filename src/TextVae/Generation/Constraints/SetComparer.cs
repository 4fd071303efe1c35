namespace TextVae.Generation.Constraints;

/// <summary>Sets of numbers as arrays in ascending order; looked up without an array of their own.</summary>
internal sealed class SetComparer : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
{
    public static SetComparer Instance { get; } = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(int[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<int> alternate)
    {
        var hash = 17;
        foreach (var number in alternate)
        {
            hash = hash * 31 + number;
        }
        return hash;
    }

    public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
}
