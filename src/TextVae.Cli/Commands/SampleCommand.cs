using System.CommandLine;
using TextVae.Generation;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae sample RUN</c>: new texts, from latent vectors drawn from the prior.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var count = new Option<int>("--count", "-n") { Description = "How many texts.", DefaultValueFactory = _ => 10 };
        var decoding = new DecodingArguments();
        var (threads, device, json) = (CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.Json());
        var command = new Command("sample", "Print new texts.") { run, count, threads, device, json };
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, count, 1);
            var options = decoding.Read(parsed);
            var session = TextVaeSession.Load(parsed.GetRequiredValue(run), parsed.GetRequiredValue(device), parsed.GetValue(threads));
            foreach (var text in session.Generate(parsed.GetValue(count), options))
            {
                Output.WriteText(text, parsed.GetValue(json));
            }
            return 0;
        });
        return command;
    }
}
