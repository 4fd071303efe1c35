using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae pack RUN</c>: a trained model in one file.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var output = new Option<string?>("--out") { Description = "The file. Default: NAME.textvae, where NAME is the run folder's." };
        var command = new Command("pack", "Put a trained model into one file, which serves as RUN and which a program can embed.") { run, output };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(run);
            var file = parsed.GetValue(output) ?? $"{new DirectoryInfo(Path.Combine(".", folder)).Name}.textvae";
            ModelArchive.Pack(folder, file);
            Output.Note($"{new FileInfo(file).Length:N0} bytes in {file}");
            return ExitCodes.Done;
        });
        return command;
    }
}
