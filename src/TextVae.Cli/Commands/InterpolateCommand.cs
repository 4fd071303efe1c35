using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae interpolate RUN FROM TO</c>: texts on the way from one to the other.</summary>
internal static class InterpolateCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var from = new Argument<string?>("FROM") { Description = "Where to begin. Without texts: at a point that the prior draws.", Arity = ArgumentArity.ZeroOrOne };
        var to = new Argument<string?>("TO") { Description = "Where to end.", Arity = ArgumentArity.ZeroOrOne };
        var count = Numbers.Option("--count", "How many texts, both ends included.", otherwise: 7, least: 2, most: TextVaeSession.MostPoints, aliases: ["-n", "--steps"]);
        var spherical = new Option<bool>("--spherical") { Description = "On an arc around the prior's mean in place of a line." };
        var (decoding, prior) = (new DecodingArguments(), new PriorArguments());
        var command = new Command("interpolate", "Print texts on the way from one text to another.");
        arguments.AddTo(command);
        command.Add(from);
        command.Add(to);
        command.Add(count);
        command.Add(spherical);
        decoding.AddTo(command);
        prior.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = decoding.Read(parsed) with { Prior = prior.Read(parsed) };
            var (points, arc) = (parsed.GetValue(count), parsed.GetValue(spherical));
            return arguments.Use(parsed, (session, stop) =>
            {
                PriorArguments.Note(session, options.Prior);
                var texts = (parsed.GetValue(from), parsed.GetValue(to)) switch
                {
                    (null, _) => session.Interpolate(points, arc, options, stop),
                    ({ } one, { } other) => session.Interpolate(one, other, points, arc, options, stop),
                    _ => throw new InvalidInputException(InputKind.Usage, "interpolate: found one text; expected two, FROM and TO, or none"),
                };
                foreach (var (index, text) in texts.Index())
                {
                    var share = (double)index / (points - 1);
                    Output.WriteText(text, arguments.IsJson(parsed), FormattableString.Invariant($"{share:0.00}  "), new { Share = share });
                }
            });
        });
        return command;
    }
}
