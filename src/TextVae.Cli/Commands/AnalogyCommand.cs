using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae analogy RUN A B C</c>: the text at latent(A) - latent(B) + latent(C).</summary>
internal static class AnalogyCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var (a, b, c) = (Text("A", "The text to begin with."), Text("B", "What to take away from it."), Text("C", "What to add to it."));
        var decoding = new DecodingArguments();
        var command = new Command("analogy", "Print the text that is to C as A is to B.");
        arguments.AddTo(command);
        command.Add(a);
        command.Add(b);
        command.Add(c);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = decoding.Read(parsed);
            return arguments.Use(parsed, (session, stop) =>
            {
                var found = session.Analogy(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b), parsed.GetRequiredValue(c), options, stop);
                Output.WriteText(found, arguments.IsJson(parsed));
            });
        });
        return command;
    }

    private static Argument<string> Text(string name, string description) => new(name) { Description = description };
}
