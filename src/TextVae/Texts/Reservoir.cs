namespace TextVae.Texts;

/// <summary>A random subset of a stream in constant memory, each with the same probability (Vitter 1985, algorithm R).</summary>
/// <param name="capacity">How many are kept.</param>
/// <param name="seed">Chooses them.</param>
public sealed class Reservoir<T>(int capacity, long seed)
{
    private readonly List<T> _kept = [];
    private long _seen;

    /// <summary>The subset: all that was added, if that is no more than fits.</summary>
    public IReadOnlyList<T> Kept => _kept;

    /// <summary>Adds an item of the stream.</summary>
    public void Add(T item)
    {
        var place = Randomness.Below(++_seen, Randomness.Seed(seed, _seen, RandomStream.Evaluation));
        if (_kept.Count < capacity)
        {
            _kept.Add(item);
        }
        else if (place < capacity)
        {
            _kept[(int)place] = item;
        }
    }
}
