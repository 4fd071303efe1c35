using System.CommandLine;

namespace TextVae.Cli;

/// <summary>Which of the drawn texts are wanted.</summary>
/// <param name="Unique">No two alike.</param>
/// <param name="Novel">None like a training text.</param>
/// <param name="Distance">The greatest normalised edit distance of texts that are alike.</param>
/// <param name="Report">A file for the report, if any.</param>
internal sealed record SelectionRequest(bool Unique, bool Novel, double Distance, string? Report)
{
    /// <summary>Whether the training texts must be read.</summary>
    public bool NeedsTraining => Novel || Report is not null;

    /// <summary>Whether there is anything to say at the end.</summary>
    public bool IsAny => Unique || NeedsTraining;
}

/// <summary>The options that say which of the drawn texts are wanted.</summary>
internal sealed class SelectionArguments
{
    // Documents of an edit similarity above 0.8 are near duplicates to Lee et al. 2022, "Deduplicating Training Data".
    private const double DefaultDistance = 0.2;

    private readonly Option<bool> _unique = new("--unique") { Description = "No text twice, and none that is a near duplicate of another." };
    private readonly Option<bool> _novel = new("--novel") { Description = "No text that is among the training texts, or is a near duplicate of one; prints a report." };
    private readonly Option<double?> _distance = new("--near-duplicates") { Description = $"Up to which normalised edit distance texts are near duplicates; 0: only the same text counts. Default: {DefaultDistance}." };
    private readonly Option<string?> _report = new("--report") { Description = "Write what the texts are like, beside the training texts, into a JSON file." };

    public void AddTo(Command command)
    {
        command.Add(_unique);
        command.Add(_novel);
        command.Add(_distance);
        command.Add(_report);
    }

    /// <exception cref="InvalidInputException">A value makes no sense.</exception>
    public SelectionRequest Read(ParseResult parsed)
    {
        Require.Between(parsed, _distance, 0, 0.5);
        var request = new SelectionRequest(parsed.GetValue(_unique), parsed.GetValue(_novel), parsed.GetValue(_distance) ?? DefaultDistance, parsed.GetValue(_report));
        return parsed.GetValue(_distance) is null || request.IsAny
            ? request
            : throw new InvalidInputException(InputKind.Usage, $"{_distance.Name}: found neither --unique nor --novel nor --report; expected one of them");
    }
}
