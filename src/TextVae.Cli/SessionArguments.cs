using System.CommandLine;

namespace TextVae.Cli;

/// <summary>What every command that uses a trained model takes: the run, where to compute, and how to print.</summary>
internal sealed class SessionArguments
{
    private readonly Argument<string> _run = CommonOptions.Model();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<Precision>? _precision;
    private readonly Option<string[]>? _trainingData;
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <param name="choosesPrecision">Whether the command line says the arithmetic.</param>
    /// <param name="readsTraining">Whether the command reads the texts of the training, which may have moved since.</param>
    public SessionArguments(bool choosesPrecision = true, bool readsTraining = false)
    {
        _precision = choosesPrecision ? CommonOptions.Precision() : null;
        _trainingData = readsTraining ? new Option<string[]>("--training-data") { Description = "Where the texts are now that the model learned from, if they have moved." } : null;
    }

    /// <summary>Adds them; the run comes before the command's own arguments if this does.</summary>
    public void AddTo(Command command)
    {
        command.Add(_run);
        command.Add(_threads);
        command.Add(_device);
        if (_precision is not null)
        {
            command.Add(_precision);
        }
        if (_trainingData is not null)
        {
            command.Add(_trainingData);
        }
        command.Add(_json);
    }

    /// <summary>The run folder, or the archive of one.</summary>
    public string Path(ParseResult parsed) => parsed.GetRequiredValue(_run);

    /// <summary>Whether to print JSON.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Loads the model and works with it, until a signal stops that.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">What to do; its token is cancelled by the first signal.</param>
    /// <param name="precision">The arithmetic, where the command line does not say it.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InvalidInputException">There is no model, or no such device; or the work's input is at fault.</exception>
    public int Use(ParseResult parsed, Action<TextVaeSession, CancellationToken> work, Precision precision = Precision.Auto) =>
        UseAndKeep(parsed, (session, signal) => work(session, signal.Token), precision);

    /// <summary>As above, for work that has something to keep, or to tidy up.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">What to do; it says from where on its end is to be waited for.</param>
    /// <param name="precision">As above.</param>
    /// <param name="listens">Whether the work waits for standard input on a thread of its own, so that it can be stopped.</param>
    public int UseAndKeep(ParseResult parsed, Action<TextVaeSession, StopSignal> work, Precision precision = Precision.Auto, bool listens = false)
    {
        // Nobody can cancel reading from a terminal or a pipe where nothing comes: there a signal ends the program.
        using var signal = !listens && TextsArguments.ReadStandardInput(parsed) ? StopSignal.AtOnce() : StopSignal.Listening();
        using var session = Load(parsed, Path(parsed), precision);
        try
        {
            work(session, signal);
        }
        catch (OperationCanceledException) when (signal.Token.IsCancellationRequested)
        {
            // What has been printed stays.
        }
        return signal.ExitCode;
    }

    /// <summary>Loads a model to compute as the command line says: the run, or another one beside it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="path">The run folder, or the archive of one.</param>
    /// <param name="precision">The arithmetic, where the command line does not say it.</param>
    /// <exception cref="InvalidInputException">There is no model, or no such device.</exception>
    public TextVaeSession Load(ParseResult parsed, string path, Precision precision) => TextVaeSession.Load(path, new SessionOptions
    {
        Device = parsed.GetRequiredValue(_device),
        Threads = parsed.GetValue(_threads),
        TrainingTexts = _trainingData is not null && parsed.GetValue(_trainingData) is { Length: > 0 } paths ? TextVae.TrainingTexts.Files(paths) : null,
        Precision = _precision is null ? precision : parsed.GetValue(_precision),
    });
}
