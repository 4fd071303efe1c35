using Spectre.Console;
using Spectre.Console.Rendering;

namespace TextVae.Cli;

/// <summary>A progress bar on the last line of a terminal, above which notes may be written meanwhile.</summary>
internal static class LiveBar
{
    private static volatile bool _isDrawn;

    /// <summary>Whether stderr is a terminal that can draw over what it shows; one that cannot (<c>TERM=dumb</c>) gets lines, as files do.</summary>
    public static bool IsPossible => Output.Error.Profile.Capabilities is { Interactive: true, Ansi: true };

    /// <summary>Runs work under a bar.</summary>
    public static T Draw<T>(Spectre.Console.Progress progress, Func<ProgressContext, T> work)
    {
        _isDrawn = true;
        try
        {
            return progress.Start(work);
        }
        finally
        {
            _isDrawn = false;
        }
    }

    /// <summary>Writes a line above the bar; false where there is none.</summary>
    public static bool TrySay(string line)
    {
        if (!_isDrawn)
        {
            return false;
        }
        Output.Error.Write(new LineAbove(line));
        return true;
    }

    /// <summary>A line where the bar is, which moves down: what is longer there goes. The terminal wraps the line.</summary>
    private sealed class LineAbove(string line) : IRenderable
    {
        private const string EraseRest = "\u001b[K"; // of a row; of a full one it would be the last character

        public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            var text = new Segment(line);
            var isFull = text.CellCount() is > 0 and var cells && cells % maxWidth == 0;
            return [text, Segment.Control(isFull ? "" : EraseRest), Segment.LineBreak];
        }
    }
}
