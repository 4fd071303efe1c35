using System.CommandLine;

namespace TextVae.Cli;

/// <summary><c>--nats</c> of a training: how much the latent vector shall say of a text, or that this is to be found out.</summary>
/// <param name="Nats">The KL; null: to be chosen.</param>
internal sealed record WantedRate(double? Nats)
{
    private const string Name = "--nats";
    private const string Auto = "auto";

    public bool IsToBeChosen => Nats is null;

    /// <summary>What it changes of a recipe, as far as it is known.</summary>
    public IReadOnlyList<string> Overrides => Nats is { } nats ? RateTradeoffOptions.Overrides(nats) : [];

    public static Option<WantedRate?> Option() => new(Name)
    {
        Description = $"What the latent vector shall say of a text, in nats: objective.kl.schedule=target and objective.kl.nats. '{Auto}': a third of --minutes goes on short runs at several rates, and the rest on the one that these recommend.",
        HelpName = $"N|{Auto}",
        CustomParser = argument => new WantedRate(argument.Tokens[^1].Value == Auto ? null : Numbers.Read<double>(Name, argument.Tokens[^1].Value, argument, least: 0)),
    };

    /// <summary>Several, with commas between them.</summary>
    public static Option<IReadOnlyList<double>?> List(string otherwise) => new(Name)
    {
        Description = $"The rates to try: what the latent vector shall say of a text, in nats, with commas between them. Default: {otherwise}.",
        HelpName = "N,N,...",
        CustomParser = argument => [.. argument.Tokens[^1].Value.Split(',').Select(found => Numbers.Read<double>(Name, found, argument, least: 0))],
    };
}
