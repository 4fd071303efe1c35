using System.CommandLine;
using TextVae.Generation;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae analogy RUN A B C</c>: the text at latent(A) - latent(B) + latent(C).</summary>
internal static class AnalogyCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var (a, b, c) = (Text("A", "The text to begin with."), Text("B", "What to take away from it."), Text("C", "What to add to it."));
        var decoding = new DecodingArguments();
        var (threads, device, json) = (CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.Json());
        var command = new Command("analogy", "Print the text that is to C as A is to B.") { run, a, b, c, threads, device, json };
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = decoding.Read(parsed);
            var session = TextVaeSession.Load(parsed.GetRequiredValue(run), parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var found = session.Analogy(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b), parsed.GetRequiredValue(c), options);
            Output.WriteText(found, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Argument<string> Text(string name, string description) => new(name) { Description = description };
}
