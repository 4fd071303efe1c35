using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace TextVae.Cli;

/// <summary>Where things are printed: results on stdout, all else on stderr.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private const int Unlimited = 4096; // columns where nobody wraps: Spectre assumes 80

    /// <summary>For people: progress, notes, warnings.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>For results that are tables.</summary>
    public static IAnsiConsole Standard { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>A note on stderr.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>One JSON object, on one line of stdout.</summary>
    public static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Options));

    /// <summary>A text on one line: line breaks show as a symbol.</summary>
    public static string OneLine(string text) => text.ReplaceLineEndings("⏎");

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected)
        {
            console.Profile.Width = Unlimited;
        }
        return console;
    }
}
