using TextVae.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>
/// The gradients of a step, as each worker has them and as their sum. They are not left on the parameters, which the workers share.
/// </summary>
internal static class Gradients
{
    /// <summary>
    /// The gradients of a loss, contiguous or sparse (<see cref="SparseRows"/>), for who comes after the scope; null where a
    /// parameter has no part in it.
    /// </summary>
    public static IReadOnlyList<Tensor?> Of(Tensor loss, IReadOnlyList<(string Name, Parameter Value)> parameters) =>
    [
        .. autograd.grad([loss], [.. parameters.Select(parameter => parameter.Value)], allow_unused: true)
            .Select(gradient => gradient is null || gradient.IsInvalid ? null : (gradient.is_sparse ? gradient : gradient.contiguous()).MoveToOuterDisposeScope()),
    ];

    /// <summary>The sums over the workers, in their order, by name, and the Euclidean norm of all sums together.</summary>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="workers">Those of each worker; the first's become the sums, but for sparse ones.</param>
    /// <param name="team">Who computes.</param>
    public static (IReadOnlyDictionary<string, Tensor> Sums, Tensor Norm) Sum(
        IReadOnlyList<(string Name, Parameter Value)> parameters, IReadOnlyList<IReadOnlyList<Tensor?>> workers, WorkerTeam team)
    {
        var used = Enumerable.Range(0, parameters.Count).ToLookup(index => workers[0][index]?.is_sparse);
        var gradients = workers.Select(worker => used[false].Select(index => worker[index]!).ToArray()).ToArray();
        var sparse = used[true].Select(index => SparseRows.Sum([.. workers.Select(worker => worker[index]!)])).ToArray();
        var sums = used[false].Zip(gradients[0]).Concat(used[true].Zip(sparse)).ToDictionary(pair => parameters[pair.First].Name, pair => pair.Second);
        var rows = sparse.Select(SparseRows.Values).ToArray();
        var norm = CpuFloat32.Holds([.. sums.Values])
            ? tensor((float)double.Hypot(FusedGradients.Sum(gradients, team), FusedGradients.Sum([rows], team)))
            : stack([.. gradients[0].Concat(rows).Select(gradient => gradient.norm())]).norm();
        return (sums, norm);
    }
}
