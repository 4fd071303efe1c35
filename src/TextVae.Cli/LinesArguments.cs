using System.CommandLine;

namespace TextVae.Cli;

/// <summary><c>--out FILE</c> of what <c>--json</c> prints otherwise.</summary>
/// <param name="extension">The file's.</param>
internal sealed class LinesArguments(string extension)
{
    private readonly Option<string?> _file = new("--out") { Description = $"Write what --json prints into a file ({extension}), which is there when it is whole." };

    public void AddTo(Command command) => command.Add(_file);

    /// <summary>The file; null: stdout.</summary>
    /// <exception cref="InvalidInputException">Its name says another format.</exception>
    public string? Read(ParseResult parsed) => parsed.GetValue(_file) is not { } file || Path.GetExtension(file).Equals(extension, StringComparison.OrdinalIgnoreCase)
        ? parsed.GetValue(_file)
        : throw new InvalidInputException(InputKind.Usage, $"{file}: found the extension '{Path.GetExtension(file)}', expected {extension}");
}
