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

    /// <summary>
    /// Calls <c>body(firstRow, endRow, worker)</c> once for each of the <see cref="Workers"/> and returns when all have.
    /// Which rows a worker gets depends on the number of rows and of threads alone.
    /// </summary>
    public static void Run(int rows, Action<int, int, int> body)
    {
        var work = new Work(rows, Workers(rows), body);
        if (work.Workers == 1)
        {
            body(0, rows, 0); // here libtorch's operations have all its threads
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

    private sealed record Work(int Rows, int Workers, Action<int, int, int> Body)
    {
        public ExceptionDispatchInfo? Failure { get; private set; }

        public void Run(int worker)
        {
            try
            {
                Body((int)((long)Rows * worker / Workers), (int)((long)Rows * (worker + 1) / Workers), worker);
            }
            catch (Exception failure) // it cannot pass through libgomp
            {
                Failure = ExceptionDispatchInfo.Capture(failure);
            }
        }
    }
}
