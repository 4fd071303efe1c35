using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TextVae.Platform;

/// <summary>
/// The processes that train one model together, each of which has a number, its rank. Every operation is one that all ranks
/// come to, in the same order; one thread at a time may call, whichever it is.
/// </summary>
internal abstract unsafe class Ranks
{
    /// <summary>This process alone.</summary>
    public static Ranks Alone { get; } = new OneRank();

    /// <summary>This process's number, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Those that this process was started among, by <c>mpirun</c> or <c>srun</c>; else this process alone, for which nothing is
    /// loaded. Once in a process.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no MPI library, or not the launcher's.</exception>
    public static Ranks Join() => MpiLauncher.Find(Environment.GetEnvironmentVariable) is { } launcher ? MpiRanks.Join(launcher) : Alone;

    /// <summary>Replaces the values by their sums over all ranks, which are the same to the bit on each.</summary>
    public abstract void Sum(float* values, long count);

    /// <inheritdoc cref="Sum(float*, long)"/>
    public abstract void Sum(double* values, long count);

    /// <inheritdoc cref="Sum(float*, long)"/>
    public void Sum(Span<double> values)
    {
        fixed (double* first = values)
        {
            Sum(first, values.Length);
        }
    }

    /// <summary>Replaces the bytes by those of rank 0.</summary>
    public abstract void Broadcast(byte* bytes, long count);

    /// <inheritdoc cref="Broadcast(byte*, long)"/>
    public void Broadcast(Span<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            Broadcast(first, bytes.Length);
        }
    }

    /// <summary>Rank 0's number.</summary>
    public long Broadcast(long value)
    {
        Broadcast((byte*)&value, sizeof(long));
        return value;
    }

    /// <summary>Rank 0's text; what the others give does not matter.</summary>
    public string Broadcast(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Array.Resize(ref bytes, (int)Broadcast((long)bytes.Length));
        Broadcast(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>What each rank has, by rank.</summary>
    public double[] Gather(double own)
    {
        var all = new double[Count];
        all[Rank] = own;
        Sum(all);
        return all;
    }

    /// <summary>Returns when all ranks have come here.</summary>
    public abstract void Barrier();

    /// <summary>Whether all ranks have the same value, such as the hash of their weights; every rank gets the same answer.</summary>
    public bool AreSame(ulong value)
    {
        var first = value;
        Broadcast((byte*)&first, sizeof(ulong));
        double others = first == value ? 0 : 1;
        Sum(&others, 1);
        return others == 0;
    }

    /// <summary>
    /// Leaves when all ranks have come here, after which none may call anything. A rank that fails does not come here: it would
    /// wait for ranks that wait for it. It ends with another exit code than 0 or by <see cref="Abort"/>.
    /// </summary>
    public abstract void Finish();

    /// <summary>Ends all ranks at once, wherever they are.</summary>
    [DoesNotReturn]
    public abstract void Abort(int exitCode);

    private sealed class OneRank : Ranks
    {
        public override int Rank => 0;

        public override int Count => 1;

        public override void Sum(float* values, long count)
        {
        }

        public override void Sum(double* values, long count)
        {
        }

        public override void Broadcast(byte* bytes, long count)
        {
        }

        public override void Barrier()
        {
        }

        public override void Finish()
        {
        }

        [DoesNotReturn]
        public override void Abort(int exitCode) => Environment.Exit(exitCode);
    }
}
