namespace TextVae.Latent;

/// <summary>Things in groups that only grow together (Tarjan 1975: union by size, paths halved).</summary>
/// <param name="count">How many things; each begins alone.</param>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parent = [.. Enumerable.Range(0, count)];
    private readonly int[] _size = [.. Enumerable.Repeat(1, count)];

    /// <summary>The thing that stands for the group of another.</summary>
    public int Find(int thing)
    {
        while (_parent[thing] != thing)
        {
            thing = _parent[thing] = _parent[_parent[thing]];
        }
        return thing;
    }

    /// <summary>Makes one group of two.</summary>
    public void Join(int one, int other)
    {
        var (large, small) = (Find(one), Find(other));
        if (large == small)
        {
            return;
        }
        (large, small) = _size[large] >= _size[small] ? (large, small) : (small, large);
        _parent[small] = large;
        _size[large] += _size[small];
    }

    /// <summary>The groups of at least two, by their first members; members rise.</summary>
    public IEnumerable<IReadOnlyList<int>> Groups() =>
        Enumerable.Range(0, count).GroupBy(Find).Select(IReadOnlyList<int> (group) => [.. group]).Where(group => group.Count > 1);
}
