using System.Text.Json;
using Spectre.Console;
using TextVae.Storage;

namespace TextVae.Cli;

/// <summary>Where things are printed: results on stdout, all else on stderr.</summary>
internal static class Output
{
    private const int Unlimited = 4096; // columns where nobody wraps: Spectre assumes 80
    private const int LongestLine = 4096; // of a result on a terminal, in UTF-16 code units
    private const int LongestNote = 1000;

    /// <summary>For people: progress, notes, warnings.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>For results that are tables.</summary>
    public static IAnsiConsole Standard { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>A note on stderr, on one line whoever the names and texts in it are from.</summary>
    public static void Note(string text = "")
    {
        var line = Noted(text);
        if (!LiveBar.TrySay(line))
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>A note as it is shown.</summary>
    public static string Noted(string text) => Visible.Of(text, LongestNote);

    /// <summary>A line of results on stdout.</summary>
    public static void WriteLine(string line = "") => Console.Out.WriteLine(OneLine(line));

    /// <summary>Lines of JSON on stdout, one a call, as <see cref="WriteJson"/> prints them.</summary>
    public static TextWriter Lines => Console.IsOutputRedirected ? Console.Out : new VisibleWriter(Console.Out);

    /// <summary>One JSON object, on one line of stdout.</summary>
    /// <param name="value">Its properties.</param>
    /// <param name="beside">More of them, if any.</param>
    public static void WriteJson<T>(T value, params object?[] beside) => Lines.WriteLine(Json(value, beside));

    /// <summary>The same line, for a file.</summary>
    public static string Json<T>(T value, params object?[] beside)
    {
        if (Array.TrueForAll(beside, more => more is null))
        {
            return JsonSerializer.Serialize(value, ReportJson.Options);
        }
        var json = JsonSerializer.SerializeToNode(value, ReportJson.Options)!.AsObject();
        foreach (var (key, figure) in beside.Where(more => more is not null).SelectMany(more => JsonSerializer.SerializeToNode(more, ReportJson.Options)!.AsObject()))
        {
            json[key] = figure?.DeepClone();
        }
        return json.ToJsonString(ReportJson.Options);
    }

    /// <summary>Writes a file of such lines; it is there when it is whole.</summary>
    public static void WriteLines<T>(string path, IEnumerable<T> values) => AtomicFile.Write(
        path,
        stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (var value in values)
            {
                writer.WriteLine(Json(value));
            }
        },
        InputKind.Data);

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
            WriteLine(lead + text.Text);
        }
    }

    /// <summary>Names and what they mean: on a terminal in two columns, for programs a line each.</summary>
    public static void WriteMeanings(IReadOnlyCollection<(string Name, string Meaning)> entries)
    {
        if (Console.IsOutputRedirected)
        {
            var width = entries.Max(entry => entry.Name.Length);
            foreach (var (name, meaning) in entries)
            {
                WriteLine($"{name.PadRight(width)}  {meaning}");
            }
            return;
        }
        var list = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn(new GridColumn().PadRight(0));
        foreach (var (name, meaning) in entries)
        {
            list.AddRow(Cell(name), Cell(meaning));
        }
        Standard.Write(list);
    }

    /// <summary>A text on one line of stdout: line breaks are a symbol. On a terminal nothing in it acts, for programs it is else as it is.</summary>
    public static string OneLine(string text) => Console.IsOutputRedirected ? text.ReplaceLineEndings("⏎") : Visible.Of(text, LongestLine);

    /// <summary>A text in a table of Spectre's, which takes brackets for markup.</summary>
    public static string Cell(string text) => Markup.Escape(OneLine(text));

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected)
        {
            console.Profile.Width = Unlimited;
        }
        return console;
    }

    /// <summary>For terminals: what is written out in JSON is the same JSON.</summary>
    private sealed class VisibleWriter(TextWriter inner) : TextWriter
    {
        public override System.Text.Encoding Encoding => inner.Encoding;

        public override void WriteLine(string? value) => inner.WriteLine(Visible.Of(value ?? "", int.MaxValue));
    }
}
