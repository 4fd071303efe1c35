using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using TextVae.Platform;
using TorchSharp;

namespace TextVae.Kernels;

/// <summary>
/// Splits rows among the threads that libtorch computes with. After each product libgomp's threads wait spinning for the next
/// one, so that any other thread has to fight them for a core; work given to libgomp itself starts on them at once.
/// Inside, each of libtorch's own operations runs on the one thread that calls it.
/// </summary>
internal static unsafe class ThreadTeam
{
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Parallel;
    private static readonly delegate* unmanaged<int> ThreadNumber;
    private static readonly delegate* unmanaged<int> ThreadCount;
    private static readonly delegate* unmanaged<int, int> Pause;
    private static readonly delegate* unmanaged<int, void> SetThreads;
    private static readonly delegate* unmanaged<int, int> SetProductThreads;

    static ThreadTeam()
    {
        NativeTorch.EnsureLoaded();
        if (NativeLibrary.TryLoad("libtorch_cpu.so", out var torchLibrary) // found by its name, as it is loaded
            && NativeLibrary.TryGetExport(torchLibrary, "GOMP_parallel", out var parallel)
            && NativeLibrary.TryGetExport(torchLibrary, "omp_get_thread_num", out var number)
            && NativeLibrary.TryGetExport(torchLibrary, "omp_get_num_threads", out var count))
        {
            Parallel = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)parallel;
            ThreadNumber = (delegate* unmanaged<int>)number;
            ThreadCount = (delegate* unmanaged<int>)count;
            SetThreads = NativeLibrary.TryGetExport(torchLibrary, "omp_set_num_threads", out var set) ? (delegate* unmanaged<int, void>)set : null;
            SetProductThreads = NativeLibrary.TryGetExport(torchLibrary, "MKL_Set_Num_Threads_Local", out var local) ? (delegate* unmanaged<int, int>)local : null;
            Pause = NativeLibrary.TryGetExport(torchLibrary, "omp_pause_resource_all", out var pause) ? (delegate* unmanaged<int, int>)pause : null;
        }
    }

    /// <summary>How many workers share this many rows.</summary>
    public static int Workers(int rows) => Math.Clamp(torch.get_num_threads(), 1, Math.Max(1, rows));

    /// <summary>
    /// Ends the calling thread's team; its next work begins another one. While more threads are in teams than there are cores,
    /// if only to wait for work, libgomp lets none of them spin, which makes one text's generation take twice as long.
    /// </summary>
    public static void EndTeamOfCaller()
    {
        const int Soft = 1; // omp_pause_soft
        _ = Pause == null ? 0 : Pause(Soft);
    }

    /// <summary>From now on libtorch's operations run on the calling thread alone when it calls them; others keep their threads.</summary>
    /// <returns>What gives the calling thread its threads back.</returns>
    public static IDisposable ComputeAlone()
    {
        var threads = torch.get_num_threads(); // the first call gives a thread libtorch's number of threads
        UseThreads(1);
        return new Restoration(threads);
    }

    private static void UseThreads(int threads)
    {
        if (SetThreads == null)
        {
            torch.set_num_threads(threads); // of this thread, and of those that begin later
            return;
        }
        SetThreads(threads);
        _ = SetProductThreads == null ? 0 : SetProductThreads(threads);
    }

    private sealed class Restoration(int threads) : IDisposable
    {
        public void Dispose() => UseThreads(threads);
    }

    /// <summary>
    /// Calls <c>body(firstRow, endRow, worker)</c> once for each of the <see cref="Workers"/> and returns when all have.
    /// Which rows a worker gets depends on the number of rows and of threads alone.
    /// </summary>
    public static void Run(int rows, Action<int, int, int> body)
    {
        var workers = Workers(rows);
        Run([.. Enumerable.Range(0, workers + 1).Select(worker => Bound(rows, worker, workers))], body);
    }

    /// <summary>Where a worker's rows begin and those of the one before end.</summary>
    public static int Bound(int rows, int worker, int workers) => (int)((long)rows * worker / workers);

    /// <summary>As above, with the rows parted by the caller.</summary>
    /// <param name="bounds">Worker w has the rows from the w-th of these to the next, [workers + 1].</param>
    /// <param name="body">As above.</param>
    public static void Run(int[] bounds, Action<int, int, int> body)
    {
        var work = new Work(bounds, body);
        if (work.Workers == 1)
        {
            body(bounds[0], bounds[1], 0); // here libtorch's operations have all its threads
        }
        else if (Parallel == null)
        {
            System.Threading.Tasks.Parallel.For(0, work.Workers, work.Run);
        }
        else
        {
            var handle = GCHandle.Alloc(work);
            Parallel(&Enter, (void*)GCHandle.ToIntPtr(handle), (uint)work.Workers, 0);
            handle.Free();
        }
        work.Failure?.Throw();
    }

    /// <summary>
    /// Calls <c>body</c> once for each register's width of columns and returns when all are done: for what goes down the
    /// columns of a matrix, so that its result does not even depend on the number of threads.
    /// </summary>
    public static void RunColumns(int columns, Action<int> body) => Run((columns + ILanes.Width - 1) / ILanes.Width, (from, to, _) =>
    {
        for (var column = from * ILanes.Width; column < to * ILanes.Width; column += ILanes.Width)
        {
            body(column);
        }
    });

    [UnmanagedCallersOnly]
    private static void Enter(void* handle)
    {
        var work = (Work)GCHandle.FromIntPtr((nint)handle).Target!;
        var stride = ThreadCount(); // libgomp may give fewer threads than asked for
        for (var worker = ThreadNumber(); worker < work.Workers; worker += stride)
        {
            work.Run(worker);
        }
    }

    private sealed record Work(int[] Bounds, Action<int, int, int> Body)
    {
        public int Workers => Bounds.Length - 1;

        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Run(int worker)
        {
            try
            {
                Body(Bounds[worker], Bounds[worker + 1], worker);
            }
            catch (Exception failure) // it cannot pass through libgomp
            {
                Failure = ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
