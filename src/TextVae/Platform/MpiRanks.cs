using System.Diagnostics.CodeAnalysis;

namespace TextVae.Platform;

/// <summary>The ranks of an MPI job, <c>MPI_COMM_WORLD</c>.</summary>
/// <remarks>
/// The standard has <c>MPI_Allreduce</c> give identical results to all ranks (MPI 4.0, section 6.9.6), and only recommends that
/// the same call with the same numbers gives the same result when it is run again. Open MPI and MPICH do, with as many ranks
/// placed on as many machines in the same way.
/// </remarks>
internal sealed unsafe class MpiRanks : Ranks
{
    private const int Serialized = 2; // MPI_THREAD_SERIALIZED

    private readonly MpiLibrary _mpi;
    private readonly int _mostAtOnce;

    private MpiRanks(MpiLibrary mpi, int rank, int count, int mostAtOnce) => (_mpi, Rank, Count, _mostAtOnce) = (mpi, rank, count, mostAtOnce);

    public override int Rank { get; }

    public override int Count { get; }

    /// <param name="launcher">What started this process.</param>
    /// <param name="mostAtOnce">The most values of one call: 2 GB of the largest, as libraries count bytes in an int here and there.</param>
    public static MpiRanks Join(MpiLauncher launcher, int mostAtOnce = int.MaxValue / sizeof(double))
    {
        var mpi = MpiLibrary.Load(launcher);
        int begun, level, rank, count;
        Check(mpi, mpi.Initialized(&begun), "MPI_Initialized");
        if (begun != 0)
        {
            throw new InvalidInputException(InputKind.Device, $"MPI: {mpi.File}: found it begun already; expected to begin it here, once in a process");
        }
        Check(mpi, mpi.InitThread(null, null, Serialized, &level), "MPI_Init_thread");
        Check(mpi, mpi.SetErrorHandler(mpi.World, mpi.ErrorsReturn), "MPI_Comm_set_errhandler");
        Check(mpi, mpi.CommRank(mpi.World, &rank), "MPI_Comm_rank");
        Check(mpi, mpi.CommSize(mpi.World, &count), "MPI_Comm_size");
        var fault = count != launcher.Count
            ? $"{launcher.Name} started {launcher.Count} processes ({launcher.Variable}), and {mpi.File} ({(mpi.IsOpenMpi ? "Open MPI" : "MPICH")}) found {count}; expected the launcher's own library, whose file {MpiLibrary.Variable} can name"
            : level < Serialized
                ? $"{mpi.File} gives thread support {level}; expected {Serialized} (MPI_THREAD_SERIALIZED) or more"
                : null;
        if (fault is not null)
        {
            mpi.Finish();
            throw new InvalidInputException(InputKind.Device, $"MPI: {fault}");
        }
        return new MpiRanks(mpi, rank, count, mostAtOnce);
    }

    public override void Sum(float* values, long count)
    {
        for (long done = 0; done < count; done += _mostAtOnce)
        {
            Sum(values + done, Next(count - done), _mpi.Float);
        }
    }

    public override void Sum(double* values, long count)
    {
        for (long done = 0; done < count; done += _mostAtOnce)
        {
            Sum(values + done, Next(count - done), _mpi.Double);
        }
    }

    public override void Broadcast(byte* bytes, long count)
    {
        for (long done = 0; done < count; done += _mostAtOnce)
        {
            Check(_mpi, _mpi.Broadcast(bytes + done, Next(count - done), _mpi.Byte, 0, _mpi.World), "MPI_Bcast");
        }
    }

    public override void Barrier() => Check(_mpi, _mpi.Barrier(_mpi.World), "MPI_Barrier");

    public override void Finish() => Check(_mpi, _mpi.Finish(), "MPI_Finalize");

    [DoesNotReturn]
    public override void Abort(int exitCode)
    {
        _ = _mpi.Abort(_mpi.World, exitCode);
        Environment.Exit(exitCode); // where a library lets its caller go on
    }

    private void Sum(void* values, int count, nint type) =>
        Check(_mpi, _mpi.AllReduce(_mpi.InPlace, values, count, type, _mpi.Add, _mpi.World), "MPI_Allreduce");

    private int Next(long left) => (int)Math.Min(left, _mostAtOnce);

    private static void Check(MpiLibrary mpi, int error, string function)
    {
        if (error != 0)
        {
            throw new InvalidInputException(InputKind.Device, $"MPI: {function}: found {mpi.Describe(error)}; expected all ranks to answer");
        }
    }
}
