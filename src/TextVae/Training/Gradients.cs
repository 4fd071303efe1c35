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

    /// <summary>The sums over the workers, in their order, and over the ranks, by name; and the Euclidean norm of all sums together.</summary>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="workers">Those of each worker; the first's become the sums of this process, but for sparse ones.</param>
    /// <param name="team">Who computes.</param>
    public static (IReadOnlyDictionary<string, Tensor> Sums, Tensor Norm) Sum(
        IReadOnlyList<(string Name, Parameter Value)> parameters, IReadOnlyList<IReadOnlyList<Tensor?>> workers, WorkerTeam team)
    {
        if (team.Ranks.Count > 1)
        {
            workers = [OverRanks(workers, team)];
        }
        var used = Enumerable.Range(0, parameters.Count).ToLookup(index => workers[0][index]?.is_sparse);
        var gradients = workers.Select(worker => used[false].Select(index => worker[index]!).ToArray()).ToArray();
        var sparse = used[true].Select(index => SparseRows.Sum([.. workers.Select(worker => worker[index]!)])).ToArray();
        var sums = used[false].Zip(gradients[0]).Concat(used[true].Zip(sparse)).ToDictionary(pair => parameters[pair.First].Name, pair => pair.Second);
        var rows = sparse.Select(SparseRows.Values).ToArray();
        var norm = CpuFloat32.Holds([.. sums.Values])
            ? tensor((float)double.Hypot(FusedGradients.Sum(gradients, team), rows.Length == 0 ? 0 : FusedGradients.Sum([rows], team)))
            : stack([.. gradients[0].Concat(rows).Select(gradient => gradient.norm())]).norm();
        return (sums, norm);
    }

    /// <summary>The sums over the workers and then over the ranks, all of them dense: parts of one tensor, for which the ranks meet once.</summary>
    private static unsafe Tensor?[] OverRanks(IReadOnlyList<IReadOnlyList<Tensor?>> workers, WorkerTeam team)
    {
        using var scope = NewDisposeScope();
        var used = Enumerable.Range(0, workers[0].Count).Where(index => workers[0][index] is not null).ToList();
        var gradients = workers.Select(worker => used.Select(index => worker[index]! is { is_sparse: true } rows ? rows.to_dense() : worker[index]!).ToArray()).ToArray();
        _ = team.Count > 1 ? FusedGradients.Sum(gradients, team) : 0;
        var all = cat([.. gradients[0].Select(gradient => gradient.reshape(-1))]);
        team.Ranks.Sum(RowPointers<float>.Start(all), all.numel());
        var sums = new Tensor?[workers[0].Count];
        foreach (var (index, sum, gradient) in used.Zip(all.split([.. gradients[0].Select(gradient => gradient.numel())]), gradients[0]))
        {
            sums[index] = sum.view(gradient.shape).MoveToOuterDisposeScope();
        }
        return sums;
    }
}
