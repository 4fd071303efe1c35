using System.CommandLine;
using TextVae.Evaluation;
using TextVae.Shards;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae merge FILE</c>: what the shards of a work wrote, in order, as one process would have written it.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "What --out named. It is written, when all shards are there, whole and of the same work." };
        var parts = new Argument<string[]>("PART") { Description = "What the shards wrote. Default: FILE.I-of-N beside FILE.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("merge", "Put the outputs of all shards in order.") { file, parts };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var shards = ShardSet.Find(path, parsed.GetValue(parts) ?? []);
            if (shards.Parts.Any(part => Path.GetFullPath(part) == Path.GetFullPath(path)))
            {
                throw new InvalidInputException(InputKind.Usage, $"{path}: found it among the parts; expected another file to write");
            }
            if (shards.Work.Command == EvaluateCommand.Name)
            {
                EvaluateCommand.Write(EvaluationPart.Join([.. shards.Parts.Select(EvaluationPart.Read)]).Report(), path);
            }
            else
            {
                shards.WriteTo(path);
            }
            Output.Note($"{shards.Parts.Count:N0} shards in {path}");
            return ExitCodes.Done;
        });
        return command;
    }
}
