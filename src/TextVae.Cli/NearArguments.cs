using System.CommandLine;

namespace TextVae.Cli;

/// <summary><c>sample --near TEXT --distance D</c>: texts around another one.</summary>
internal sealed class NearArguments
{
    private readonly Option<string?> _near = new("--near") { Description = "New texts around this one, in place of anywhere." };

    private readonly Option<double> _distance = Numbers.Option(
        "--distance",
        "How far the texts of --near are on average from what 'reconstruct' makes of it: characters to insert, delete or replace, divided by the length of the longer text, both in UTF-16 units (most emoji are two).",
        otherwise: 0.2,
        least: 0,
        most: 1);

    public void AddTo(Command command)
    {
        command.Add(_near);
        command.Add(_distance);
    }

    public bool IsGiven(ParseResult parsed) => parsed.GetValue(_near) is not null;

    /// <param name="parsed">The command line.</param>
    /// <param name="isAlone">Whether nothing else says which texts are wanted, or where to.</param>
    /// <exception cref="InvalidInputException">The distance makes no sense, or there is no text.</exception>
    public void Validate(ParseResult parsed, bool isAlone)
    {
        if (IsGiven(parsed) && !isAlone)
        {
            throw new InvalidInputException(InputKind.Usage, "--near: found --unique, --novel, --report or --out beside it; expected none of them, as its distance is that of all texts together");
        }
        if (!IsGiven(parsed) && parsed.GetResult(_distance) is { Implicit: false })
        {
            throw new InvalidInputException(InputKind.Usage, "--distance: found no --near; expected the text from which to measure");
        }
    }

    /// <summary>Prints the texts on stdout, and on stderr how they were found.</summary>
    public void Write(ParseResult parsed, TextVaeSession session, int count, SamplingOptions options, bool json, CancellationToken stop)
    {
        var found = Progress.Counting("looking for the radius", _ => session.Near(parsed.GetValue(_near)!, parsed.GetValue(_distance), count, options, stop));
        Output.Note($"reconstruction: {found.Reconstruction}");
        Output.Note(FormattableString.Invariant($"noise of radius {found.Radius:0.####} (standard deviations of the prior) gives texts at distance {found.Distance:0.###} from it on average"));
        if (!found.IsReached)
        {
            Output.Note(FormattableString.Invariant($"distance {found.Wanted} is not reached: {found.Distance:0.###} is the nearest to it that any radius gives"));
        }
        foreach (var text in found.Texts)
        {
            Output.WriteText(text.Text, json, beside: new { text.Distance });
        }
    }
}
