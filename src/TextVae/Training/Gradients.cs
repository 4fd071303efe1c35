using TextVae.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>
/// The gradients of a step, as each worker has them and as their sum. They are not left on the parameters, which the workers share.
/// </summary>
internal static class Gradients
{
    /// <summary>The gradients of a loss, contiguous, for who comes after the scope; null where a parameter has no part in it.</summary>
    public static IReadOnlyList<Tensor?> Of(Tensor loss, IReadOnlyList<(string Name, Parameter Value)> parameters) =>
    [
        .. autograd.grad([loss], [.. parameters.Select(parameter => parameter.Value)], allow_unused: true)
            .Select(gradient => gradient is null || gradient.IsInvalid ? null : gradient.contiguous().MoveToOuterDisposeScope()),
    ];

    /// <summary>The sums over the workers, in their order, and over the ranks, by name; and the Euclidean norm of all sums together.</summary>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="workers">Those of each worker; the first's become the sums of this process.</param>
    /// <param name="team">Who computes.</param>
    public static (IReadOnlyDictionary<string, Tensor> Sums, Tensor Norm) Sum(
        IReadOnlyList<(string Name, Parameter Value)> parameters, IReadOnlyList<IReadOnlyList<Tensor?>> workers, WorkerTeam team)
    {
        var used = Enumerable.Range(0, parameters.Count).Where(index => workers[0][index] is not null).ToList();
        var gradients = workers.Select(worker => used.Select(index => worker[index]!).ToArray()).ToArray();
        if (team.Ranks.Count > 1)
        {
            _ = team.Count > 1 ? FusedGradients.Sum(gradients, team) : 0;
            gradients = [OverRanks(gradients[0], team)];
        }
        var sums = used.Zip(gradients[0]).ToDictionary(pair => parameters[pair.First].Name, pair => pair.Second);
        var norm = CpuFloat32.Holds(gradients[0])
            ? tensor((float)FusedGradients.Sum(gradients, team))
            : stack(gradients[0].Select(gradient => gradient.norm())).norm();
        return (sums, norm);
    }

    /// <summary>The sums over the ranks: parts of one tensor, for which the ranks meet once.</summary>
    private static unsafe Tensor[] OverRanks(Tensor[] gradients, WorkerTeam team)
    {
        using var scope = NewDisposeScope();
        var all = cat([.. gradients.Select(gradient => gradient.view(-1))]);
        team.Ranks.Sum(RowPointers<float>.Start(all), all.numel());
        return [.. all.split([.. gradients.Select(gradient => gradient.numel())]).Zip(gradients, (sum, gradient) => sum.view(gradient.shape).MoveToOuterDisposeScope())];
    }
}
