using System.Numerics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// The positions of a batch that are computed, packed one behind the other: step after step the texts that have not ended, the
/// longest first, so that those of a step are the first of the step before. What stands at the other positions, padding, costs
/// no work, but for the little that <see cref="Rounded"/> adds.
/// </summary>
internal sealed class PackedPositions
{
    private readonly int[] offsets;
    private readonly int[] order;
    private readonly long time;

    /// <param name="needed">Positions of each text that are wanted, at least one, [texts].</param>
    /// <param name="time">T: positions that each text has.</param>
    /// <param name="device">Where the model is.</param>
    public PackedPositions(IReadOnlyList<int> needed, int time, Device device)
    {
        this.time = time;
        var lengths = Rounded(needed, time);
        order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(text => lengths[text])]; // stable
        var longest = lengths[order[0]];
        (Sizes, offsets) = (new int[longest], new int[longest + 1]);
        var (active, texts, index) = (order.Length, new List<long>(), new List<long>());
        for (var step = 0; step < longest; step++)
        {
            while (lengths[order[active - 1]] <= step)
            {
                active--;
            }
            Sizes[step] = active;
            offsets[step + 1] = offsets[step] + active;
            for (var row = 0; row < active; row++)
            {
                texts.Add(order[row]);
                index.Add((long)order[row] * time + step);
            }
        }
        (Texts, Index) = (tensor(texts.ToArray(), device: device), tensor(index.ToArray(), device: device));
        Order = tensor(order.Select(text => (long)text).ToArray(), device: device);
    }

    /// <summary>All positions of texts that are computed whole: step after step, [time, texts].</summary>
    public static PackedPositions Everything(long texts, long time, Device device) => new([.. Enumerable.Repeat((int)time, (int)texts)], (int)time, device);

    /// <summary>How many.</summary>
    public int Count => offsets[^1];

    /// <summary>Texts at each step, never more than at the step before.</summary>
    public int[] Sizes { get; }

    /// <summary>Where each step begins.</summary>
    public ReadOnlySpan<int> Offsets => offsets;

    /// <summary>Which text each row of a step is, [texts], int64.</summary>
    public Tensor Order { get; }

    /// <summary>Which text each position belongs to, [positions], int64.</summary>
    public Tensor Texts { get; }

    /// <summary>Where each position stands in a batch, text * T + step, [positions], int64.</summary>
    public Tensor Index { get; }

    /// <summary>What stands at these positions.</summary>
    /// <param name="all">[texts, T, ...].</param>
    /// <returns>[positions, ...].</returns>
    public Tensor Pick(Tensor all)
    {
        using var scope = NewDisposeScope();
        return Rows(all.flatten(0, 1), Index).MoveToOuterDisposeScope();
    }

    /// <summary>The other way round, with zeros at the positions left out.</summary>
    /// <param name="packed">[positions].</param>
    /// <returns>[texts, T].</returns>
    public Tensor Unpack(Tensor packed)
    {
        using var scope = NewDisposeScope();
        return zeros([order.Length * time], packed.dtype, packed.device).index_copy(0, Index, packed).view(order.Length, time).MoveToOuterDisposeScope();
    }

    /// <summary>What stands one step before each position, and zeros before the first step.</summary>
    /// <param name="packed">[positions, numbers].</param>
    /// <returns>[positions, numbers].</returns>
    public Tensor Before(Tensor packed)
    {
        using var scope = NewDisposeScope();
        var steps = Sizes.Skip(1).Select((texts, step) => packed.narrow(0, offsets[step], texts));
        return cat([packed.new_zeros(Sizes[0], packed.size(1)), .. steps]).MoveToOuterDisposeScope();
    }

    /// <summary>What stands at one position of each text.</summary>
    /// <param name="packed">[positions, columns].</param>
    /// <param name="steps">Which step of each text, below its length, [texts].</param>
    /// <returns>[texts, columns].</returns>
    public Tensor At(Tensor packed, IReadOnlyList<int> steps)
    {
        using var scope = NewDisposeScope();
        var index = new long[order.Length];
        foreach (var (row, text) in order.Index())
        {
            index[text] = offsets[steps[text]] + row;
        }
        return Rows(packed, tensor(index, device: packed.device)).MoveToOuterDisposeScope();
    }

    /// <summary>What is known of each text as rows of the first step.</summary>
    /// <param name="texts">[texts, ...], or null.</param>
    public Tensor? InOrder(Tensor? texts) => texts?.index_select(0, Order);

    /// <summary>Where to part the rows so that each part has about as many positions: part p is rows [p] to [p + 1].</summary>
    public int[] Split(int parts)
    {
        var bounds = new int[parts + 1];
        var (row, done) = (0, 0L);
        for (var part = 1; part <= parts; part++)
        {
            for (; row < order.Length && (part == parts || done < (long)Count * part / parts); row++)
            {
                done += LengthOf(row);
            }
            bounds[part] = row;
        }
        return bounds;
    }

    /// <summary>
    /// Lengthens the shortest texts by some of their padding, so that there are few different numbers of positions: libtorch
    /// prepares each new shape of a product, and keeps what it prepared. At most a sixteenth is added, or 31 positions.
    /// </summary>
    private static int[] Rounded(IReadOnlyList<int> needed, int time)
    {
        int[] lengths = [.. needed];
        var count = lengths.Sum(length => (long)length);
        var step = long.Max(32, (long)BitOperations.RoundUpToPowerOf2((ulong)count) / 32);
        var missing = (step - count % step) % step;
        foreach (var most in new[] { lengths.Max(), time }) // no step more than there are, if it can be
        {
            foreach (var text in Enumerable.Range(0, lengths.Length).OrderBy(text => needed[text]))
            {
                var more = (int)long.Min(missing, most - lengths[text]);
                (lengths[text], missing) = (lengths[text] + more, missing - more);
            }
        }
        return lengths;
    }

    private static Tensor Rows(Tensor all, Tensor index) =>
        all.dim() == 2 && CpuFloat32.Holds(all) ? PickedRows.Of(all, index) : all.index_select(0, index);

    private int LengthOf(int row)
    {
        var (least, most) = (1, Sizes.Length); // the steps whose sizes are above the row
        while (least < most)
        {
            var middle = (least + most + 1) / 2;
            (least, most) = Sizes[middle - 1] > row ? (middle, most) : (least, middle - 1);
        }
        return least;
    }
}
