using System.CommandLine;

namespace TextVae.Cli;

/// <summary>What every command that uses a trained model takes: the run, where to compute, and how to print.</summary>
internal sealed class SessionArguments
{
    private readonly Argument<string> _run = CommonOptions.Run();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<string> _device = CommonOptions.Device();
    private readonly Option<Precision> _precision = CommonOptions.Precision();
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Adds them; the run comes before the command's own arguments if this does.</summary>
    public void AddTo(Command command)
    {
        command.Add(_run);
        command.Add(_threads);
        command.Add(_device);
        command.Add(_precision);
        command.Add(_json);
    }

    /// <summary>The run folder.</summary>
    public string RunFolder(ParseResult parsed) => parsed.GetRequiredValue(_run);

    /// <summary>Loads the model.</summary>
    /// <exception cref="InvalidInputException">There is none, or no such device.</exception>
    public TextVaeSession Open(ParseResult parsed) =>
        TextVaeSession.Load(RunFolder(parsed), parsed.GetRequiredValue(_device), parsed.GetValue(_threads), parsed.GetValue(_precision));

    /// <summary>Whether to print JSON.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);
}
