using System.Text.Json;
using Spectre.Console;

namespace TextVae.Cli;

/// <summary>Where things are printed: results on stdout, all else on stderr.</summary>
internal static class Output
{
    private const int Unlimited = 4096; // columns where nobody wraps: Spectre assumes 80

    /// <summary>For people: progress, notes, warnings.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>For results that are tables.</summary>
    public static IAnsiConsole Standard { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>A note on stderr.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>One JSON object, on one line of stdout.</summary>
    /// <param name="value">Its properties.</param>
    /// <param name="beside">More of them, if any.</param>
    public static void WriteJson<T>(T value, object? beside = null)
    {
        var json = JsonSerializer.SerializeToNode(value, ReportJson.Options)!.AsObject();
        foreach (var (key, figure) in JsonSerializer.SerializeToNode(beside, ReportJson.Options)?.AsObject() ?? [])
        {
            json[key] = figure?.DeepClone();
        }
        Console.Out.WriteLine(json.ToJsonString(ReportJson.Options));
    }

    /// <summary>A generated text on one line of stdout.</summary>
    /// <param name="text">The text.</param>
    /// <param name="json">Whether as a JSON object.</param>
    /// <param name="lead">What stands before it, for people.</param>
    /// <param name="beside">The same, as properties of the JSON object.</param>
    public static void WriteText(GeneratedText text, bool json, string lead = "", object? beside = null)
    {
        if (json)
        {
            WriteJson(text, beside);
        }
        else
        {
            Console.Out.WriteLine(lead + OneLine(text.Text));
        }
    }

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
