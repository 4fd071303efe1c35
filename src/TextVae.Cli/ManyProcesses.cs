namespace TextVae.Cli;

/// <summary>What is other for a command that <c>mpirun</c> or <c>srun</c> has started several times over, to train one model.</summary>
internal static class ManyProcesses
{
    private static readonly TimeSpan FirstSpeaks = TimeSpan.FromSeconds(3); // Open MPI takes one to end the others
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(0.5); // Open MPI kills a second after it asks

    /// <summary>Runs the command as one of its processes. If one fails, it says why, and all end with its exit code.</summary>
    public static int Run(Func<TrainingProcesses, int> command)
    {
        var processes = TrainingProcesses.Join();
        try
        {
            return command(processes);
        }
        catch (Exception error) when (processes.Count > 1)
        {
            if (!processes.IsFirst)
            {
                Thread.Sleep(FirstSpeaks); // what all have found, the first says for all, and ends this one
            }
            processes.Abort(CommandLine.Explain(error));
            throw;
        }
    }

    /// <summary>
    /// Says how to go on if a request to stop is not answered soon. A process that has been killed is known to its launcher alone,
    /// which asks the others to stop while they wait for it, and then kills them.
    /// </summary>
    internal sealed class Unanswered : IDisposable
    {
        private readonly Timer _timer;
        private readonly CancellationTokenRegistration _registration;

        /// <param name="processes">The processes, of which only the first speaks.</param>
        /// <param name="run">The run folder.</param>
        /// <param name="stop">The request.</param>
        public Unanswered(TrainingProcesses processes, string run, CancellationToken stop)
        {
            _timer = new Timer(_ => Output.Note(
                $"textvae: asked to stop, and not all of the {processes.Count} processes answer: if one of them has ended, or the launcher ends them all, the run goes on from its last checkpoint with: textvae train --resume --out {run}"));
            _registration = stop.Register(() => _timer.Change(processes.Count > 1 ? Answer : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        }

        /// <summary>They have answered.</summary>
        public void Dispose()
        {
            _registration.Dispose();
            _timer.Dispose();
        }
    }
}
