using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae sample RUN</c>: new texts, from latent vectors drawn from the prior.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var count = new Option<int>("--count", "-n") { Description = "How many texts.", DefaultValueFactory = _ => 10 };
        var decoding = new DecodingArguments();
        var command = new Command("sample", "Print new texts.");
        arguments.AddTo(command);
        command.Add(count);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, count, 1);
            var options = decoding.Read(parsed);
            var session = arguments.Open(parsed);
            foreach (var text in session.Generate(parsed.GetValue(count), options))
            {
                Output.WriteText(text, arguments.IsJson(parsed));
            }
            return 0;
        });
        return command;
    }
}
