using System.CommandLine;
using TextVae.Generation;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae sample RUN</c>: new texts, from latent vectors drawn from the prior or around a text.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var count = new Option<int>("--count", "-n") { Description = "How many texts.", DefaultValueFactory = _ => 10 };
        var output = new Option<string?>("--out") { Description = $"Write the texts into a file in place of printing them; its extension says how: {TextTable.Extensions}." };
        var (near, selection, decoding) = (new NearArguments(), new SelectionArguments(), new DecodingArguments());
        var command = new Command("sample", "Print new texts.");
        arguments.AddTo(command);
        command.Add(count);
        command.Add(output);
        near.AddTo(command);
        selection.AddTo(command);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, count, 1);
            var (file, json) = (parsed.GetValue(output), arguments.IsJson(parsed));
            CheckOutput(file, json);
            var (request, options) = (selection.Read(parsed), decoding.Read(parsed));
            near.Validate(parsed, isAlone: file is null && !request.IsAny);
            using var session = arguments.Open(parsed);
            if (near.IsGiven(parsed))
            {
                near.Write(parsed, session, parsed.GetValue(count), options, json);
                return 0;
            }
            var training = request.NeedsTraining ? TrainingTexts.Read(arguments.RunFolder(parsed), session, request, parsed.GetValue(count), options.Seed) : null;
            var sampling = new SelectedSampling(session, options, request, training);
            using var stop = file is null && !request.IsAny ? null : StopSignal.Listening(); // what is printed is not lost
            if (file is null)
            {
                sampling.Run(parsed.GetValue(count), text => Output.WriteText(text, json), Console.IsOutputRedirected, stop?.Token ?? default);
            }
            else
            {
                TextTable.Write<GeneratedText>(file, add => sampling.Run(parsed.GetValue(count), add, showProgress: true, stop!.Token));
                Output.Note($"{sampling.Accepted:N0} texts in {file}");
            }
            sampling.Conclude(parsed.GetValue(count));
            return stop?.ExitCode ?? 0;
        });
        return command;
    }

    private static void CheckOutput(string? file, bool json)
    {
        if (file is null)
        {
            return;
        }
        TextTable.Check(file);
        if (json)
        {
            throw new InvalidInputException(InputKind.Usage, "--json: found --out beside it, whose extension says the format; expected one of them");
        }
    }
}
