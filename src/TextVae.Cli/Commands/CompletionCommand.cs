using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae completion bash</c>: what makes a shell complete command lines; the program itself says how (<c>[suggest]</c>).</summary>
internal static class CompletionCommand
{
    public const string Name = "completion";

    private const string Bash = """
        _textvae() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("$1" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _textvae textvae
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash; other shells by 'dotnet-suggest'." };
        shell.AcceptOnlyFromAmong("bash");
        var command = new Command(Name, "Print what makes a shell complete commands, options and recipes.") { shell };
        command.SetAction(_ =>
        {
            Array.ForEach(Bash.Split('\n'), Output.WriteLine);
            return ExitCodes.Done;
        });
        return command;
    }
}
