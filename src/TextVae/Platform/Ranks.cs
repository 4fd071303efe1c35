using System.Diagnostics.CodeAnalysis;

namespace TextVae.Platform;

/// <summary>
/// The processes that train one model together, each of which has a number, its rank. Every operation is one that all ranks
/// come to, in the same order; one thread at a time may call, whichever it is.
/// </summary>
internal abstract unsafe class Ranks
{
    /// <summary>This process's number, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// Those that this process was started among, by <c>mpirun</c> or <c>srun</c>; else this process alone, for which nothing is
    /// loaded. Once in a process.
    /// </summary>
    /// <exception cref="InvalidInputException">There is no MPI library, or not the launcher's.</exception>
    public static Ranks Join() => MpiLauncher.Find(Environment.GetEnvironmentVariable) is { } launcher ? MpiRanks.Join(launcher) : new Alone();

    /// <summary>Replaces the values by their sums over all ranks, which are the same to the bit on each.</summary>
    public abstract void Sum(float* values, long count);

    /// <inheritdoc cref="Sum(float*, long)"/>
    public abstract void Sum(double* values, long count);

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

    private sealed class Alone : Ranks
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
