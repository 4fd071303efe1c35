using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TextVae.Cli.Commands;

namespace TextVae.Cli;

/// <summary><c>--help</c>: as wide as the terminal and no wider than is read with ease, what options take by its name, and examples.</summary>
internal static class Help
{
    private const int Widest = 100; // columns

    private static readonly Dictionary<string, string> Values = new()
    {
        ["--alphabet"] = "CHARACTERS",
        ["--column"] = "NAME",
        ["--data"] = "FILE",
        ["--encoding"] = "NAME",
        ["--out"] = "PATH",
        ["--report"] = "FILE",
        ["--run"] = "RUN",
        ["--regex"] = "PATTERN",
        ["--set"] = "KEY=VALUE",
        ["--shard"] = "I/N",
        ["--test"] = "FILE",
        ["--training-data"] = "FILE",
        ["--valid"] = "FILE",
        ["--vectors"] = "FILE",
    };

    private static readonly Dictionary<string, string[]> Examples = new()
    {
        ["inspect"] = ["textvae inspect names.txt", "textvae inspect tweets.csv.gz --column tweet --minutes 10"],
        ["train"] =
        [
            "textvae train --data names.txt                    # into runs/names, in three minutes",
            "textvae train --data tweets.csv --column tweet --minutes 30 --out runs/tweets",
            "textvae train --data names.txt --nats auto        # finds out first how much the vector should say",
            "textvae train ptb-hybrid --data ptb --set objective.kl.schedule=auto",
            "textvae train --resume --out runs/names --steps 20000",
        ],
        ["tradeoff"] =
        [
            "textvae tradeoff names.txt                        # five runs of a minute, into runs/names-tradeoff",
            "textvae tradeoff names.txt --nats 6,12,24 --minutes 5 --out runs/rates",
        ],
        ["sample"] =
        [
            "textvae sample runs/names -n 20 --temperature 0.7",
            "textvae sample runs/names --near 'Any text of yours.' --distance 0.2",
            "textvae sample runs/names -n 10000 --unique --novel --out new.csv",
        ],
        ["score"] =
        [
            "textvae score runs/log 'Any text of yours.' --characters",
            "textvae score runs/log --data today.log --top 20  # the 20 most unusual lines",
            "textvae score runs/log --data today.log --out scores.jsonl",
        ],
        ["encode"] =
        [
            "textvae encode runs/names 'Any text of yours.'",
            "textvae encode runs/names --data names.txt --out names.npy",
        ],
        [KeysCommand.Name] = ["textvae keys training", "textvae keys kl"],
        [CompletionCommand.Name] = ["eval \"$(textvae completion bash)\"               # in ~/.bashrc"],
    };

    public static void Improve(RootCommand root) => Improve(root, Math.Min(Widest, Output.Standard.Profile.Width));

    /// <param name="root">All commands.</param>
    /// <param name="width">Columns of the page.</param>
    public static void Improve(RootCommand root, int width)
    {
        foreach (var command in root.Subcommands)
        {
            NameValues(command);
        }
        var option = root.Options.OfType<HelpOption>().Single();
        var usual = (HelpAction)option.Action!;
        usual.MaxWidth = width;
        option.Action = new WithExamples(usual);
    }

    private static void NameValues(Command command)
    {
        foreach (var argument in command.Arguments)
        {
            argument.HelpName ??= argument.Name; // completions are not its name
        }
        foreach (var option in command.Options.Where(option => option.ValueType != typeof(bool) && option.HelpName is null))
        {
            option.HelpName = Values.GetValueOrDefault(option.Name) ?? (Numbers.IsOne(option.ValueType) ? "N" : option.CompletionSources.Count == 0 ? "TEXT" : null);
        }
        foreach (var below in command.Subcommands)
        {
            NameValues(below);
        }
    }

    private sealed class WithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => usual.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            var code = usual.Invoke(parseResult);
            if (Examples.TryGetValue(parseResult.CommandResult.Command.Name, out var examples))
            {
                var page = parseResult.InvocationConfiguration.Output;
                page.WriteLine("Examples:");
                foreach (var example in examples)
                {
                    page.WriteLine($"  {example}");
                }
                page.WriteLine();
            }
            return code;
        }
    }
}
