using System.CommandLine;

namespace TextVae.Cli;

/// <summary>The options that say which of the drawn texts are wanted: <see cref="SelectionOptions"/> on the command line.</summary>
internal sealed class SelectionArguments
{
    private static readonly double DefaultDistance = new SelectionOptions().Distance;

    private readonly Option<bool> _unique = new("--unique") { Description = "No text twice, and none that is a near duplicate of another." };
    private readonly Option<bool> _novel = new("--novel") { Description = "No text that is among the training texts, or is a near duplicate of one; prints a report." };
    private readonly Option<double?> _distance = Numbers.Optional<double>("--near-duplicates", $"Up to which normalised edit distance texts are near duplicates; 0: only the same text counts. Default: {DefaultDistance}.", least: 0, most: 0.5);
    private readonly Option<string?> _report = new("--report") { Description = "Write what the texts are like, beside the training texts, into a JSON file." };

    public void AddTo(Command command)
    {
        command.Add(_unique);
        command.Add(_novel);
        command.Add(_distance);
        command.Add(_report);
    }

    /// <summary>The file for the report, if any.</summary>
    public string? ReportFile(ParseResult parsed) => parsed.GetValue(_report);

    /// <exception cref="InvalidInputException">A value makes no sense.</exception>
    public SelectionOptions Read(ParseResult parsed)
    {
        var options = new SelectionOptions
        {
            Unique = parsed.GetValue(_unique),
            Novel = parsed.GetValue(_novel),
            Distance = parsed.GetValue(_distance) ?? DefaultDistance,
            Compare = ReportFile(parsed) is not null,
        };
        return parsed.GetValue(_distance) is null || options.IsAny
            ? options
            : throw new InvalidInputException(InputKind.Usage, $"{_distance.Name}: found neither --unique nor --novel nor --report; expected one of them");
    }
}
