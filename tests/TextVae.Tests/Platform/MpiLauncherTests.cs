using TextVae.Platform;

namespace TextVae.Tests.Platform;

public class MpiLauncherTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=3 OMPI_COMM_WORLD_RANK=1 PMIX_RANK=1", 3, "OMPI_COMM_WORLD_SIZE", true)]
    [InlineData("OMPI_COMM_WORLD_SIZE=4 PMIX_RANK=1 SLURM_JOB_ID=7 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=2", 4, "OMPI_COMM_WORLD_SIZE", true)] // its daemons are srun's two tasks
    [InlineData("PMI_SIZE=2 PMI_RANK=0 PMI_FD=6", 2, "PMI_SIZE", false)]
    [InlineData("PMI_SIZE=8 PMI_RANK=0 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=8", 8, "PMI_SIZE", false)]
    [InlineData("PMIX_RANK=5 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=16", 16, "SLURM_STEP_NUM_TASKS", true)]
    public void A_launcher_of_several_processes_is_seen(string environment, int count, string variable, bool isOpenMpi)
    {
        var launcher = Find(environment)!;
        Assert.Equal((count, variable, isOpenMpi), (launcher.Count, launcher.Variable, launcher.IsOpenMpi));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SLURM_JOB_ID=7 SLURM_NTASKS=8 SLURM_NPROCS=8 SLURM_PROCID=0")] // a batch script
    [InlineData("SLURM_JOB_ID=8 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_NTASKS=1 SLURM_PROCID=0")]
    [InlineData("SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=4 SLURM_NTASKS=4 SLURM_PROCID=2")] // independent tasks
    [InlineData("PMIX_RANK=0 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=1")]
    [InlineData("PMI_SIZE=1 PMI_RANK=0 PMI_FD=6")]
    [InlineData("OMPI_COMM_WORLD_SIZE=1 PMIX_RANK=0 SLURM_STEP_ID=0 SLURM_STEP_NUM_TASKS=2")]
    [InlineData("PMI_SIZE=4")] // no process of its own number
    [InlineData("OMPI_COMM_WORLD_SIZE=many")]
    [InlineData("OMPI_COMM_WORLD_SIZE=-2")]
    public void Else_the_process_is_alone(string environment) => Assert.Null(Find(environment));

    private static MpiLauncher? Find(string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split('=')).ToDictionary(one => one[0], one => one[1]);
        return MpiLauncher.Find(variables.GetValueOrDefault);
    }
}
