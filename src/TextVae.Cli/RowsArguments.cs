using System.CommandLine;

namespace TextVae.Cli;

/// <summary><c>--out FILE</c> of texts that are rows of a table.</summary>
internal sealed class RowsArguments
{
    private readonly Option<string?> _file = new("--out") { Description = $"Write the texts into a file in place of printing them; its extension says how: {TextTable.Extensions}." };

    public void AddTo(Command command) => command.Add(_file);

    /// <summary>The file; null: stdout.</summary>
    /// <exception cref="InvalidInputException">Its name says no known format, or there is <c>--json</c> beside it.</exception>
    public string? Read(ParseResult parsed, bool json)
    {
        if (parsed.GetValue(_file) is not { } file)
        {
            return null;
        }
        TextTable.Check(file); // before a model is loaded
        return json
            ? throw new InvalidInputException(InputKind.Usage, "--json: found --out beside it, whose extension says the format; expected one of them")
            : file;
    }
}
