using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>The gradients of a step as its workers left them, brought together in one pass over memory, on the CPU in float32.</summary>
internal static unsafe class FusedGradients
{
    private const int Block = 1024; // squares are summed in float32 within a block, blocks in float64

    /// <summary>Adds the gradients of all workers, in the order of the workers, to the first's, and measures the sum.</summary>
    /// <param name="gradients">Of each worker, those of the same parameters, contiguous.</param>
    /// <param name="team">Who computes.</param>
    /// <returns>The Euclidean norm of all sums together; the same for the same number of threads, to the last bit.</returns>
    public static double Sum(IReadOnlyList<IReadOnlyList<Tensor>> gradients, WorkerTeam team)
    {
        var starts = gradients.Select(worker => worker.Select(gradient => (nint)RowPointers<float>.Start(gradient)).ToArray()).ToArray();
        var squares = new double[team.Threads(ParameterParts.Count)];
        ParameterParts.Split(team, [.. gradients[0].Select(gradient => gradient.numel())], (index, from, to, thread) =>
        {
            for (var block = from; block < to; block += Block)
            {
                var length = (int)Math.Min(Block, to - block);
                for (var worker = 1; worker < starts.Length; worker++)
                {
                    var sum = new Span<float>((float*)starts[0][index] + block, length);
                    System.Numerics.Tensors.TensorPrimitives.Add(sum, new ReadOnlySpan<float>((float*)starts[worker][index] + block, length), sum);
                }
                squares[thread] += SumOfSquares((float*)starts[0][index] + block, length);
            }
        });
        return Math.Sqrt(squares.Sum());
    }

    private static double SumOfSquares(float* start, int length)
    {
        var (sum, k) = (Vector512<float>.Zero, 0);
        for (; k + ILanes.Width <= length; k += ILanes.Width)
        {
            var x = Vector512.Load(start + k);
            sum = Vector512.FusedMultiplyAdd(x, x, sum);
        }
        if (k < length)
        {
            var x = new PartLanes(length - k).Load(start + k);
            sum = Vector512.FusedMultiplyAdd(x, x, sum);
        }
        return Vector512.Sum(sum);
    }
}

/// <summary>How threads share the work on all parameters: each takes the same part of every one.</summary>
internal static class ParameterParts
{
    /// <summary>A parameter is split at 1024ths of its length.</summary>
    public const int Count = 1024;

    /// <summary>Some of a parameter's numbers.</summary>
    public delegate void Range(int index, long from, long to, int thread);

    /// <summary>Calls <paramref name="body"/> for all numbers of all parameters.</summary>
    /// <param name="team">Who computes.</param>
    /// <param name="lengths">Numbers of each parameter.</param>
    /// <param name="body">Told which of a parameter's numbers to work on.</param>
    public static void Split(WorkerTeam team, long[] lengths, Range body) => team.Split(Count, (from, to, thread) =>
    {
        for (var index = 0; index < lengths.Length; index++)
        {
            body(index, lengths[index] * from / Count, lengths[index] * to / Count, thread);
        }
    });
}
