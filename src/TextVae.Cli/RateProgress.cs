using TextVae.Objectives;
using TextVae.Reports;
using TextVae.Training;
using static System.FormattableString;

namespace TextVae.Cli;

/// <summary>Shows how far runs at several rates are: which run of how many, and its steps.</summary>
/// <param name="runs">How many there are, at the most.</param>
/// <param name="progress">Is told.</param>
internal sealed class RateProgress(int runs, IProgress<Progress.Stage>? progress) : ITrainingObserver
{
    private string _run = "";
    private int _begun;
    private long _steps;

    /// <summary>Runs work under a bar.</summary>
    public static RateComparison Show(int runs, Func<ITrainingObserver, RateComparison> work) =>
        Progress.Of<Progress.Stage, RateComparison>(stage => stage, progress => work(new RateProgress(runs, progress)));

    public void Started(TrainingStart start)
    {
        (_begun, _steps) = (_begun + 1, start.Recipe.Training.Steps);
        _run = $"run {_begun} of {runs}: {(start.Recipe.Objective.Kl is TargetSchedule target ? Invariant($"{target.Nats} nats") : "KL as it comes")}";
        if (_begun == 1)
        {
            start.Corpus.Notes.ToList().ForEach(Output.Note);
        }
        Output.Note(
            start.IsFinished ? $"{_run}, done already in {start.Run.Path}"
            : start.StepsDone > 0 ? Invariant($"{_run}, goes on at step {start.StepsDone + 1:N0} of {_steps:N0} in {start.Run.Path}")
            : Invariant($"{_run}, {_steps:N0} steps into {start.Run.Path}"));
        Stepped(start.StepsDone);
    }

    public void Stepped(long step) => progress?.Report(new Progress.Stage(_run, step, _steps));

    public void Warned(string warning) => Output.Note(warning);
}
