using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae sample RUN</c>: new texts, from latent vectors drawn from the prior or around a text.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var count = new Option<int>("--count", "-n") { Description = "How many texts.", DefaultValueFactory = _ => 10 };
        var near = new NearArguments();
        var decoding = new DecodingArguments();
        var command = new Command("sample", "Print new texts.");
        arguments.AddTo(command);
        command.Add(count);
        near.AddTo(command);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, count, 1);
            var options = decoding.Read(parsed);
            near.Validate(parsed);
            var session = arguments.Open(parsed);
            if (near.IsGiven(parsed))
            {
                near.Write(parsed, session, parsed.GetValue(count), options, arguments.IsJson(parsed));
                return 0;
            }
            foreach (var text in session.Generate(parsed.GetValue(count), options))
            {
                Output.WriteText(text, arguments.IsJson(parsed));
            }
            return 0;
        });
        return command;
    }
}
