using System.CommandLine;

namespace TextVae.Cli;

/// <summary><c>--prior</c>: which prior over the latent vector a command uses.</summary>
internal sealed class PriorArguments
{
    private readonly Option<PriorKind?> _prior = new("--prior")
    {
        Description = "The prior of the latent vector: standard is N(0, I), fitted what 'textvae fit-prior' made. Default: which of them the validation texts preferred.",
    };

    public PriorArguments() => _prior.AcceptOnlyFromAmong("standard", "fitted");

    public void AddTo(Command command) => command.Add(_prior);

    public PriorKind? Read(ParseResult parsed) => parsed.GetValue(_prior);

    /// <summary>Says once that a fitted prior is there and not used.</summary>
    public static void Note(TextVaeSession session, PriorKind? asked)
    {
        var used = session.PriorInUse(asked); // refuses a damaged one, in place of saying that it is left
        if (asked is null && used == PriorKind.Standard && session.PriorFault is { } fault)
        {
            Output.Note($"the standard prior is used: {fault} ('textvae fit-prior' fits one)");
        }
    }

    /// <summary>What tells outputs under one fitted prior from those under another; empty where there is none.</summary>
    public static string Identity(TextVaeSession session, PriorKind? asked) =>
        asked != PriorKind.Standard && session.FittedPrior is { } prior ? $", prior {prior.Sha256}" : "";
}
