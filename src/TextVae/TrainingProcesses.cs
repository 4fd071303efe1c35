using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using TextVae.Platform;
using TextVae.Runs;

namespace TextVae;

/// <summary>
/// The processes that train one model together, as <c>mpirun</c> or <c>srun</c> has started them (docs/scaling.md). Each makes the
/// same call of <see cref="TextVaeTraining"/> with them (<see cref="TrainingOptions.Processes"/>) and takes its part of every batch;
/// the first writes the run folder.
/// </summary>
public sealed class TrainingProcesses
{
    private TrainingProcesses(Ranks ranks) => Ranks = ranks;

    internal Ranks Ranks { get; }

    /// <summary>This one's number, from 0.</summary>
    public int Number => Ranks.Rank;

    /// <summary>How many there are; 1 where no launcher has started more.</summary>
    public int Count => Ranks.Count;

    /// <summary>Whether this is the one that writes and speaks for all.</summary>
    public bool IsFirst => Ranks.Rank == 0;

    /// <summary>Those that this process was started among. Once in a process.</summary>
    /// <exception cref="InvalidInputException">A launcher has started several, and there is no MPI library, or not the launcher's.</exception>
    public static TrainingProcesses Join() => new(Ranks.Join());

    /// <summary>The first makes a plan, which all get: one folder, which the first has taken for all, and one recipe.</summary>
    /// <param name="plan">What to train and where; called in the first process alone.</param>
    public (RunLock Folder, TrainingFile Description) Share(Func<(RunLock Folder, TrainingFile Description)> plan)
    {
        if (Count == 1)
        {
            return plan();
        }
        var own = IsFirst ? plan() : default;
        var path = Ranks.Broadcast(own.Folder?.Run.Path ?? "");
        var description = Ranks.Broadcast(JsonSerializer.Serialize(own.Description, Json.Configuration));
        return IsFirst ? own : (RunLock.OfFirstProcess(path), JsonSerializer.Deserialize<TrainingFile>(description, Json.Configuration)!);
    }

    /// <summary>Leaves when all have come here, after which they train no more. One that has failed does not come here: <see cref="Abort"/>.</summary>
    public void Finish()
    {
        Ranks.Barrier(); // whatever the library does: who ends before the first has saved may take it along
        Ranks.Finish();
    }

    /// <summary>Ends all of them at once, wherever they are, and this one: none can go on without one that has failed.</summary>
    /// <param name="exitCode">What the launcher returns, if it can.</param>
    [DoesNotReturn]
    public void Abort(int exitCode) => Ranks.Abort(exitCode);
}
