using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae traverse RUN</c>: what each latent dimension does to a text.</summary>
internal static class TraverseCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var text = new Argument<string?>("TEXT") { Description = "Where to stand. Without it: at the origin.", Arity = ArgumentArity.ZeroOrOne };
        var dimension = Numbers.Optional<int>("--dimension", "Which, from 0. Without it: all, one after the other.", least: 0);
        var count = Numbers.Option("--count", "How many texts, at so many quantiles of the prior.", otherwise: 7, least: 1, most: TextVaeSession.MostPoints, aliases: ["-n", "--steps"]);
        var decoding = new DecodingArguments();
        var command = new Command("traverse", "Print texts along one latent dimension at a time.");
        arguments.AddTo(command);
        command.Add(text);
        command.Add(dimension);
        command.Add(count);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = decoding.Read(parsed);
            return arguments.Use(parsed, (session, stop) =>
            {
                foreach (var which in parsed.GetValue(dimension) is { } one ? [one] : Enumerable.Range(0, session.LatentSize))
                {
                    foreach (var (value, found) in session.Traverse(parsed.GetValue(text), which, parsed.GetValue(count), options, stop))
                    {
                        Output.WriteText(found, arguments.IsJson(parsed), FormattableString.Invariant($"{which,3}  {value,5:0.00}  "), new { Dimension = which, Value = value });
                    }
                }
            });
        });
        return command;
    }
}
