using System.Runtime.InteropServices;
using TorchSharp;

namespace TextVae.Kernels;

/// <summary>
/// Splits rows among the threads that libtorch computes with. After each product libgomp's threads wait spinning for the next
/// one, so that any other thread has to fight them for a core; work given to libgomp itself starts on them at once.
/// </summary>
internal static unsafe class ThreadTeam
{
    private static readonly delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void> Parallel;
    private static readonly delegate* unmanaged[SuppressGCTransition]<int> ThreadNumber;
    private static readonly delegate* unmanaged[SuppressGCTransition]<int> ThreadCount;

    static ThreadTeam()
    {
        if (NativeLibrary.TryLoad("libtorch_cpu.so", out var torchLibrary) // loaded already: found by its name
            && NativeLibrary.TryGetExport(torchLibrary, "GOMP_parallel", out var parallel)
            && NativeLibrary.TryGetExport(torchLibrary, "omp_get_thread_num", out var number)
            && NativeLibrary.TryGetExport(torchLibrary, "omp_get_num_threads", out var count))
        {
            Parallel = (delegate* unmanaged<delegate* unmanaged<void*, void>, void*, uint, uint, void>)parallel;
            ThreadNumber = (delegate* unmanaged[SuppressGCTransition]<int>)number;
            ThreadCount = (delegate* unmanaged[SuppressGCTransition]<int>)count;
        }
    }

    /// <summary>The number of threads that libtorch computes with.</summary>
    public static int Size => torch.get_num_threads();

    /// <summary>
    /// Calls <c>body(arguments, firstRow, endRow, worker)</c> once for each worker below <paramref name="workers"/>, and
    /// returns when all have returned. Which rows a worker gets depends on the two counts alone. A body must not throw.
    /// </summary>
    public static void Run(delegate*<void*, int, int, int, void> body, void* arguments, int rows, int workers)
    {
        var work = new Work { Body = body, Arguments = arguments, Rows = rows, Workers = workers };
        if (workers > 1 && Parallel != null)
        {
            Parallel(&Enter, &work, (uint)workers, 0);
        }
        else if (workers > 1)
        {
            var address = (nint)(&work);
            System.Threading.Tasks.Parallel.For(0, workers, worker => ((Work*)address)->Run(worker));
        }
        else
        {
            work.Run(0);
        }
    }

    [UnmanagedCallersOnly]
    private static void Enter(void* data)
    {
        var work = (Work*)data;
        var stride = ThreadCount(); // libgomp may give fewer threads than asked for
        for (var worker = ThreadNumber(); worker < work->Workers; worker += stride)
        {
            work->Run(worker);
        }
    }

    private struct Work
    {
        public delegate*<void*, int, int, int, void> Body;
        public void* Arguments;
        public int Rows;
        public int Workers;

        public readonly void Run(int worker) =>
            Body(Arguments, (int)((long)Rows * worker / Workers), (int)((long)Rows * (worker + 1) / Workers), worker);
    }
}
