using System.Globalization;

namespace TextVae.Platform;

/// <summary>
/// What started this process as one of several: what it calls itself, how many processes it says there are and where it says so.
/// </summary>
internal sealed record MpiLauncher(string Name, int Count, string Variable, bool IsOpenMpi)
{
    /// <summary>
    /// The launcher that the environment tells of; null where there is none or it started one process alone.
    /// </summary>
    /// <remarks>
    /// Slurm's own variables say nothing by themselves: a batch script, each task of an array and each of several independent
    /// tasks of <c>srun</c> have them as well. Only a step with <c>--mpi=pmix</c> (<c>PMIX_RANK</c>) or <c>--mpi=pmi2</c>
    /// (<c>PMI_SIZE</c>) gives its tasks the means to meet.
    /// </remarks>
    public static MpiLauncher? Find(Func<string, string?> environment)
    {
        MpiLauncher?[] candidates =
        [
            Of("mpirun of Open MPI", "OMPI_COMM_WORLD_SIZE", isOpenMpi: true),
            environment("PMI_RANK") is null ? null : Of(environment("SLURM_STEP_ID") is null ? "mpirun of MPICH or Intel MPI" : "srun --mpi=pmi2", "PMI_SIZE", isOpenMpi: false),
            environment("PMIX_RANK") is null ? null : Of("srun --mpi=pmix", "SLURM_STEP_NUM_TASKS", isOpenMpi: true),
        ];
        return candidates.FirstOrDefault(launcher => launcher is not null) is { Count: > 1 } found ? found : null;

        MpiLauncher? Of(string name, string variable, bool isOpenMpi) =>
            int.TryParse(environment(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
                ? new MpiLauncher(name, count, variable, isOpenMpi)
                : null;
    }
}
