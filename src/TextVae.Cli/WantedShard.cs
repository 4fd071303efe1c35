using TextVae.Shards;

namespace TextVae.Cli;

/// <summary>A part of a command's work, and who wants it.</summary>
/// <param name="Shard">The part.</param>
/// <param name="Source">The option or the variable that says it.</param>
internal sealed record WantedShard(Shard Shard, string Source)
{
    /// <summary>Whether it is all.</summary>
    public bool IsWhole => Shard.IsWhole;

    /// <summary>Which texts the part has; says so on stderr, so that nobody takes a part for the whole.</summary>
    /// <param name="texts">How many there are.</param>
    /// <param name="block">Those that are computed together.</param>
    /// <returns>All of them for the whole, without a word.</returns>
    public (long First, long Count) Take(long texts, int block)
    {
        var (first, count) = Shard.Range(texts, block);
        Note(count == 0 ? $"none of {texts:N0} texts" : $"texts {first + 1:N0} to {first + count:N0} of {texts:N0}");
        return (first, count);
    }

    /// <summary>Says what the part is; of the whole nothing.</summary>
    public void Note(string which)
    {
        if (!IsWhole)
        {
            Output.Note($"shard {Shard} ({Source}; --shard 1/1 would be all): {which}");
        }
    }

    /// <summary>Writes a file: the whole's own, or that of the part, unless that is there already.</summary>
    /// <param name="path">The whole's.</param>
    /// <param name="work">What is done; asked for a part alone.</param>
    /// <param name="range">Index of the part's first item, and how many it has.</param>
    /// <param name="write">Writes the file whose path it is given.</param>
    public void Write(string path, Func<ShardedWork> work, (long First, long Count) range, Action<string> write)
    {
        if (IsWhole)
        {
            write(path);
            return;
        }
        var output = new ShardOutput(path, Shard, work(), range.First, range.Count);
        if (output.IsFinished())
        {
            Output.Note($"{output.Path} is there already, whole and of the same work: nothing to do");
            return;
        }
        output.Write(write);
        Output.Note($"shard {Shard} is finished: {output.Path}");
    }
}
