using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using TextVae.Cli.Commands;
using TextVae.Texts;

namespace TextVae.Cli;

/// <summary>The <c>textvae</c> command line: results on stdout, everything else on stderr, documented exit codes.</summary>
internal static partial class CommandLine
{
    private const string Name = "textvae";
    private const double MostOfName = 0.4; // normalised edit distance of what is taken for a mistyped name

    // A text may begin with '@', as tweets do: it names no file of arguments.
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs a command.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(string[] args)
    {
        var parsed = Parse(args);
        if (Fault(parsed) is { } fault)
        {
            return Fail(ExitCodes.Of(InputKind.Usage), $"{fault.TrimEnd('.')}; see '{Words(parsed.CommandResult)} --help'");
        }
        using var unlessACommandListens = StopSignal.AtOnce();
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception error)
        {
            return Explain(error);
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Root() => new("Learn a latent space of short texts, and generate from it.")
    {
        InspectCommand.Create(),
        TrainCommand.Create(), TradeoffCommand.Create(), SampleCommand.Create(), ReconstructCommand.Create(),
        InterpolateCommand.Create(), TraverseCommand.Create(), AnalogyCommand.Create(),
        EncodeCommand.Create(), NeighborsCommand.Create(), DuplicatesCommand.Create(), CentroidCommand.Create(), DecodeCommand.Create(),
        EvaluateCommand.Create(), ScoreCommand.Create(), ReportCommand.Create(), FitPriorCommand.Create(), MergeCommand.Create(), InfoCommand.Create(), RecipesCommand.Create(), KeysCommand.Create(), PackCommand.Create(), CacheCommand.Create(), DoctorCommand.Create(), BenchCommand.Create(), CompletionCommand.Create(),
    };

    private static ParseResult Parse(string[] args)
    {
        var root = Root();
        root.HelpName = Name;
        Help.Improve(root);
        return root.Parse(args, Parsing);
    }

    private static string Words(CommandResult command) =>
        command.Parent is CommandResult above ? $"{Words(above)} {command.Command.Name}" : Name;

    /// <summary>A hint for whoever wrote a name that is not known; empty where none is like it.</summary>
    public static string Hint(string? meant) => meant is null ? "" : $" (did you mean '{meant}'?)";

    private static string? Fault(ParseResult parsed) => AsksForCompletions(parsed) ? null : UnknownOption(parsed) ?? parsed switch
    {
        { UnmatchedTokens: [var unknown, ..] } => $"'{unknown}': found no such command, option or argument{Hint(Nearest(unknown, parsed))}",
        { Errors: [var first, ..] } => first.Message.ReplaceLineEndings("").Replace('\t', ' '),
        _ => null,
    };

    /// <summary>A shell does, of a command line that is not whole yet.</summary>
    private static bool AsksForCompletions(ParseResult parsed) =>
        parsed.RootCommandResult.Command is RootCommand root && root.Directives.OfType<SuggestDirective>().Any(directive => parsed.GetResult(directive) is not null);

    private static string? Nearest(string unknown, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var options = command.Options.Concat(parsed.RootCommandResult.Command.Options).SelectMany(option => option.Aliases.Prepend(option.Name));
        return EditDistance.Nearest(unknown.Split('=')[0], unknown.StartsWith('-') ? options : command.Subcommands.Select(known => known.Name), MostOfName);
    }

    /// <summary>The parser takes an unknown option for an argument where it can: for a recipe, a run folder, a text.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var plain = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToHashSet();
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value)
            .FirstOrDefault(value => OptionLike().IsMatch(value) && !plain.Contains(value)) is { } found
            ? $"'{found}': found no such option{Hint(Nearest(found, parsed))}; expected a known one, or '--' before an argument that begins with '-'"
            : null;
    }

    [GeneratedRegex("^--?[A-Za-z][A-Za-z0-9-]*(=.*)?$")]
    private static partial Regex OptionLike();

    /// <summary>Says what an error means.</summary>
    /// <returns>The exit code that it means.</returns>
    public static int Explain(Exception error)
    {
        if (Environment.GetEnvironmentVariable("TEXTVAE_TRACE") == "1")
        {
            Array.ForEach(error.ToString().Split('\n'), Output.Note);
        }
        var cause = error.GetBaseException();
        return error switch
        {
            _ when BrokenPipe.IsReason(error) => ExitCodes.Done, // the reader has what it wanted: 'textvae sample RUN | head'
            StoppedException stopped => stopped.ExitCode,
            InvalidInputException input => Fail(ExitCodes.Of(input.Kind), Hints.Explain(input)),
            DllNotFoundException or TypeInitializationException { InnerException: NotSupportedException or DllNotFoundException } =>
                Fail(ExitCodes.Of(InputKind.Device), $"the native library of TorchSharp does not load ('textvae doctor' says more): {FirstLine(cause)}"),
            // What could not be read or written is named by .NET, and is no error of ours.
            IOException or UnauthorizedAccessException => Fail(ExitCodes.Of(InputKind.RunFolder), error.Message),
            _ => Fail(ExitCodes.Unexpected, $"unexpected {cause.GetType().Name}: {FirstLine(cause)} (TEXTVAE_TRACE=1 shows where)"),
        };
    }

    // Torch adds its native stack trace to its messages.
    private static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd();

    private static int Fail(int exitCode, string message)
    {
        Output.Note($"{Name}: {message}");
        return exitCode;
    }
}
