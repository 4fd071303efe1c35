using TextVae.Generation;
using TextVae.Texts;

namespace TextVae.Cli;

/// <summary>Draws texts until there are enough of those that are wanted, and says at the end what they are like.</summary>
/// <param name="session">The model.</param>
/// <param name="options">How it decodes.</param>
/// <param name="request">Which texts are wanted.</param>
/// <param name="training">The training texts, if the request needs them.</param>
internal sealed class SelectedSampling(TextVaeSession session, SamplingOptions options, SelectionRequest request, TrainingTexts? training)
{
    private const int LeastRound = 64; // texts drawn at once, as some of them may be rejected

    private readonly TextStatistics _statistics = new(options.Seed);
    private readonly TextSelection _selection =
        new(request.Distance, request.Unique, request.Novel, training?.Index, session.Saved.File.Data.Normalize);

    /// <summary>Texts that were accepted.</summary>
    public long Accepted => _selection.Counts.Accepted;

    /// <summary>Draws until there are enough, none comes any more, or somebody stops it.</summary>
    public void Run(int count, Action<GeneratedText> write, bool showProgress, CancellationToken stop)
    {
        if (showProgress)
        {
            Progress.Of("sampling", count, report => Run(count, write, report, stop));
        }
        else
        {
            Run(count, write, report: null, stop);
        }
    }

    /// <summary>Reports, where that was asked for.</summary>
    /// <exception cref="InvalidInputException">There are fewer texts than were asked for, as no more came.</exception>
    public void Conclude(int count)
    {
        if (request.IsAny)
        {
            var report = SelectionReport.Of(request.Distance, _selection.Counts, _statistics, training);
            SelectionReportDisplay.Print(report, _statistics, training);
            if (request.Report is { } file)
            {
                report.WriteJson(file);
            }
        }
        if (_selection.IsExhausted)
        {
            throw new InvalidInputException(InputKind.Usage, $"--count is {count:N0}; found {Accepted:N0} texts, and none among the last {_selection.Patience:N0} drawn; expected a smaller number, or a higher --temperature");
        }
    }

    private long Run(int count, Action<GeneratedText> write, Action<long>? report, CancellationToken stop)
    {
        var drawn = Draw(request.IsAny ? int.Max(count, LeastRound) : count).TakeWhile(_ => !stop.IsCancellationRequested);
        foreach (var text in _selection.Select(drawn).Take(count))
        {
            write(text);
            if (training is not null)
            {
                _statistics.Add(text.Text);
            }
            report?.Invoke(Accepted);
        }
        return Accepted;
    }

    private IEnumerable<GeneratedText> Draw(int round)
    {
        for (var first = 0L; ; first += round)
        {
            foreach (var text in session.Generate(round, options, first))
            {
                yield return text;
            }
        }
    }
}
