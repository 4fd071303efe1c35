using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;

namespace TextVae.Cli;

/// <summary><c>--shard I/N</c>: a part of a command's work, which N processes do without talking; else <see cref="ArrayTask"/> says it.</summary>
internal sealed class ShardArguments
{
    // What changes no output, or is said of it otherwise.
    private static readonly HashSet<string> NoMatter = ["--shard", "--out", "--data", "--threads", "--json"];

    private const string Weights = "model.safetensors"; // of a run folder; it names the vocabulary, too

    private readonly Option<Shard?> _shard = new("--shard")
    {
        Description = "Do only part I of N, such as 2/4, and write it beside FILE of --out, as FILE.2-of-4: 'textvae merge FILE' puts them in order. "
            + "Default: what SLURM_ARRAY_TASK_ID, or JOB_COMPLETION_INDEX with JOB_COMPLETIONS, says; 1/1 is all.",
        CustomParser = Parse,
    };

    public void AddTo(Command command) => command.Add(_shard);

    /// <summary>The part that is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="obstacle">What on the command line has no parts, such as <c>--unique</c>; null if all has.</param>
    /// <exception cref="InvalidInputException">A part is asked for where there are none, or the environment says no part.</exception>
    public WantedShard Read(ParseResult parsed, string? obstacle)
    {
        if (parsed.GetValue(_shard) is { } asked)
        {
            return asked.IsWhole || obstacle is null
                ? new WantedShard(asked, _shard.Name)
                : throw new InvalidInputException(InputKind.Usage, $"{_shard.Name}: found {obstacle}, which has no parts; expected one of them");
        }
        if (ArrayTask.Find(Environment.GetEnvironmentVariable) is not { Shard.IsWhole: false } task)
        {
            return new WantedShard(Shard.Whole, _shard.Name);
        }
        if (obstacle is null)
        {
            return new WantedShard(task.Shard, task.Variable);
        }
        Output.Note($"{task.Variable} is not heeded: {obstacle} has no parts");
        return new WantedShard(Shard.Whole, _shard.Name);
    }

    /// <summary>What is done, so that its parts are known to belong together.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="run">RUN.</param>
    /// <param name="session">The model.</param>
    /// <param name="texts">Identifies the texts; empty where none are read.</param>
    /// <param name="items">How many there are of what is divided.</param>
    /// <param name="more">What else changes the output.</param>
    public static ShardedWork Work(ParseResult parsed, string run, TextVaeSession session, string texts, long items, string more = "") => new()
    {
        Command = parsed.CommandResult.Command.Name,
        Arguments = $"{Given(parsed)}precision {session.Saved.Model.PrecisionInUse}{more}",
        Model = Sha256(File.Exists(run) ? run : Path.Combine(run, Weights)),
        Texts = texts,
        Items = items,
    };

    private static string Given(ParseResult parsed) => string.Concat(parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(option => !option.Implicit && !NoMatter.Contains(option.Option.Name))
        .OrderBy(option => option.Option.Name, StringComparer.Ordinal)
        .Select(option => $"{string.Join(' ', option.Tokens.Select(token => token.Value).Prepend(option.Option.Name))} "));

    private static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static Shard? Parse(ArgumentResult argument)
    {
        var found = argument.Tokens[^1].Value;
        if (found.Split('/') is [var number, var of] && IsNumber(number, out var part) && IsNumber(of, out var parts) && part >= 1 && part <= parts && parts <= Shard.Most)
        {
            return new Shard(part, parts);
        }
        argument.AddError(FormattableString.Invariant($"--shard: found '{Visible.Of(found, longest: 40)}'; expected I/N such as 2/4, with I from 1 to N and N at most {Shard.Most:N0}"));
        return null;
    }

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
