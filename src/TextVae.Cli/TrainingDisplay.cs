using Spectre.Console;
using TextVae.Training;

namespace TextVae.Cli;

/// <summary>Shows training on stderr: a progress bar on a terminal, plain lines elsewhere.</summary>
internal sealed class TrainingDisplay : ITrainingObserver
{
    private static readonly TimeSpan LongestLeft = TimeSpan.FromDays(36_500); // with endless steps, longer than a TimeSpan can be

    private const int TimeWidth = 8; // columns of 00:00:00
    private const int Gaps = 4; // columns between description, bar and time, and one that stays empty

    private readonly ProgressTask? _bar;
    private Recipe _recipe = new();

    private TrainingDisplay(ProgressTask? bar) => _bar = bar;

    /// <summary>Columns of the bar.</summary>
    private static int BarWidth => Output.Error.Profile.Width < 100 ? 8 : 20;

    /// <summary>Runs work under a display.</summary>
    /// <param name="work">The work.</param>
    /// <param name="plain">Whether plain lines are to be shown on a terminal too.</param>
    public static T Show<T>(Func<TrainingDisplay, T> work, bool plain) => plain || !LiveBar.IsPossible
        ? work(new TrainingDisplay(null))
        : LiveBar.Draw(
            Output.Error.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new RemainingTimeColumn()),
            context => work(new TrainingDisplay(context.AddTask("starting"))));

    public void Started(TrainingStart start)
    {
        _recipe = start.Recipe;
        foreach (var note in start.Corpus.Notes)
        {
            Say(note);
        }
        var shape = start.Model.Shape;
        Say($"{start.Model.ParameterCount:N0} parameters, vocabulary {shape.Vocabulary:N0}, texts of {shape.Length} tokens, latent size {shape.Latent}");
        Say(
            start.IsFinished ? $"the run in {start.Run.Path} has done its {start.StepsDone:N0} steps"
            : start.OwesValidation ? $"resuming with the validation after step {start.StepsDone:N0} of {_recipe.Training.Steps:N0} in {start.Run.Path}"
            : start.StepsDone > 0 ? $"resuming at step {start.StepsDone + 1:N0} of {_recipe.Training.Steps:N0} in {start.Run.Path}"
            : $"training for {_recipe.Training.Steps:N0} steps into {start.Run.Path}");
        if (_bar is not null)
        {
            _bar.MaxValue = _recipe.Training.Steps;
            _bar.Value = start.StepsDone;
        }
    }

    public void Stepped(long step)
    {
        if (_bar is not null)
        {
            _bar.Value = step;
        }
    }

    public void Reported(TrainingReport report)
    {
        var bits = report.BitsPerCharacter;
        var figures = FormattableString.Invariant(
            $"beta {report.Beta:0.###}  reconstruction {bits.Reconstruction:F3}  KL {bits.Kl:F3}  auxiliary {report.AuxiliaryBitsPerCharacter:F3} bits/char  {report.CharactersPerSecond:N0} chars/s");
        if (_bar is not null)
        {
            var (step, beta) = ($"{report.Step:N0}", FormattableString.Invariant($"β {report.Beta:0.###}"));
            var terms = FormattableString.Invariant($"rec {bits.Reconstruction:F2}  KL {bits.Kl:F2}");
            var more = FormattableString.Invariant($"aux {report.AuxiliaryBitsPerCharacter:F2} bits/char  {report.CharactersPerSecond / 1000:F0}k/s");
            _bar.Description = Markup.Escape(Fitting($"step {step}/{_recipe.Training.Steps:N0}  {figures}", $"{step}  {beta}  {terms}  {more}", $"{step}  {beta}  {terms}", $"{step}  {terms}", FormattableString.Invariant($"{step}  {bits.Total:F2} bits/char"), step));
            return;
        }
        var left = TimeSpan.FromSeconds(Math.Min(report.Seconds / report.Step * (_recipe.Training.Steps - report.Step), LongestLeft.TotalSeconds));
        Say($"step {report.Step:N0}/{_recipe.Training.Steps:N0}  {figures}  {(long)left.TotalHours}:{left:mm\\:ss} left");
    }

    public void Validated(ValidationReport report)
    {
        var (bits, kl) = (report.Result.BitsPerCharacter, report.Result.Kl);
        Say(FormattableString.Invariant(
            $"validation at step {report.Step:N0}: {bits.Total:F4} bits/char = reconstruction {bits.Reconstruction:F4} + KL {bits.Kl:F4} ({kl:F1} nats, {report.Result.ActiveUnits} active units){(report.Best ? ", the best so far" : "")}"));
        if (report.ReconstructedCharacters is { } right)
        {
            Say(FormattableString.Invariant($"reconstructs {100 * right:0}% of the characters of texts that it has not seen"));
        }
        if (report.Advice is { } advice)
        {
            Say($"{report.Verdict}; in another run, try one of: {string.Join("; ", advice.Select(keys => string.Join(' ', keys.Split(' ').Select(key => $"--set {key}"))))}");
        }
        foreach (var pair in report.Reconstructions)
        {
            Say($"    {pair.Text}");
            Say($"  → {pair.Reconstructed}");
        }
        foreach (var sample in report.Samples)
        {
            Say($"  * {sample}");
        }
    }

    public void Decided(Decision decision) =>
        Say($"{decision.Key} at step {decision.Step:N0}: {decision.Text}");

    public void Warned(string warning) => Say(warning);

    public void Noted(string note) => Say(Hints.Explain(note));

    /// <summary>The first that leaves room for the bar on one line, or else the last.</summary>
    private static string Fitting(params string[] descriptions) =>
        descriptions.FirstOrDefault(text => text.Length + Gaps + BarWidth + TimeWidth <= Output.Error.Profile.Width) ?? descriptions[^1];

    private static void Say(string line) => Output.Note(line);
}
