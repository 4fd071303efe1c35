using System.Runtime.InteropServices;

namespace TextVae.Tokenizers;

/// <summary>
/// Learns a byte-pair encoding (Sennrich, Haddow and Birch 2016, algorithm 1): again and again, the pair of tokens that stand
/// most often beside each other becomes one token. Only words that have the pair are looked at for each merge.
/// </summary>
internal sealed class BytePairLearning
{
    private readonly List<byte[]> _tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
    private readonly List<(List<int> Tokens, long Count)> _words = [];
    private readonly Dictionary<(int Left, int Right), long> _counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> _where = []; // words that have, or had, a pair

    // The most frequent first, of equal ones that of older tokens; entries whose count has changed are stale.
    private readonly PriorityQueue<(int Left, int Right), (long, int, int)> _queue = new();

    /// <summary>Begins with the bytes of words.</summary>
    /// <param name="words">Each with how often it occurs.</param>
    public BytePairLearning(IEnumerable<(byte[] Bytes, long Count)> words)
    {
        foreach (var (bytes, count) in words)
        {
            _words.Add(([.. bytes.Select(value => (int)value)], count));
            for (var i = 1; i < bytes.Length; i++)
            {
                Add((bytes[i - 1], bytes[i]), count, _words.Count - 1);
            }
        }
        foreach (var pair in _counts.Keys)
        {
            Enqueue(pair);
        }
    }

    /// <summary>The new tokens, in the order in which they are made.</summary>
    /// <param name="most">How many; fewer where no pair is left that occurs twice.</param>
    public IReadOnlyList<byte[]> Merge(int most)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal); // the same bytes may be merged from other pairs too
        while (_tokens.Count < 256 + most && _queue.TryDequeue(out var pair, out var priority))
        {
            if (-priority.Item1 != _counts.GetValueOrDefault(pair))
            {
                continue; // stale
            }
            if (_counts[pair] < 2)
            {
                break;
            }
            byte[] token = [.. _tokens[pair.Left], .. _tokens[pair.Right]];
            ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(ids, ByteCharacters.Write(token), out var known);
            if (!known)
            {
                id = _tokens.Count;
                _tokens.Add(token);
            }
            Merge(pair, id);
        }
        return _tokens[256..];
    }

    private void Merge((int Left, int Right) pair, int merged)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var index in _where[pair])
        {
            var (tokens, count) = _words[index];
            var length = 0; // of what is merged so far, at the front
            for (var i = 0; i < tokens.Count; i++)
            {
                if (i + 1 == tokens.Count || (tokens[i], tokens[i + 1]) != pair)
                {
                    tokens[length++] = tokens[i];
                    continue;
                }
                if (length > 0)
                {
                    Replace((tokens[length - 1], pair.Left), (tokens[length - 1], merged));
                }
                if (i + 2 < tokens.Count)
                {
                    Replace((pair.Right, tokens[i + 2]), (merged, tokens[i + 2]));
                }
                tokens[length++] = merged;
                i++;
            }
            tokens.RemoveRange(length, tokens.Count - length);

            void Replace((int, int) old, (int, int) by)
            {
                _counts[old] -= count;
                Add(by, count, index);
                changed.UnionWith([old, by]);
            }
        }
        _counts.Remove(pair);
        _where.Remove(pair);
        foreach (var neighbour in changed)
        {
            Enqueue(neighbour);
        }
    }

    private void Add((int Left, int Right) pair, long count, int word)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, pair, out _) += count;
        ref var where = ref CollectionsMarshal.GetValueRefOrAddDefault(_where, pair, out _);
        (where ??= []).Add(word);
    }

    private void Enqueue((int Left, int Right) pair)
    {
        if (_counts.GetValueOrDefault(pair) is > 0 and var count)
        {
            _queue.Enqueue(pair, (-count, pair.Left, pair.Right));
        }
    }
}
