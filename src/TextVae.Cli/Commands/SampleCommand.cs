using System.CommandLine;
using System.Text.Json;
using TextVae.Storage;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae sample RUN</c>: new texts, from latent vectors drawn from the prior or around a text.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments(readsTraining: true);
        var count = Numbers.Option("--count", FormattableString.Invariant($"How many texts; around --near at most {TextVaeSession.MostPoints:N0}."), otherwise: 10, least: 1, aliases: "-n");
        var (rows, near, selection, decoding, prior) = (new RowsArguments(), new NearArguments(), new SelectionArguments(), new DecodingArguments(), new PriorArguments());
        var command = new Command("sample", "Print new texts.");
        arguments.AddTo(command);
        command.Add(count);
        rows.AddTo(command);
        near.AddTo(command);
        selection.AddTo(command);
        decoding.AddTo(command);
        prior.AddTo(command);
        var shards = new ShardArguments();
        shards.AddTo(command);
        command.SetAction(parsed =>
        {
            var (wanted, json) = (parsed.GetValue(count), arguments.IsJson(parsed));
            var file = rows.Read(parsed, json);
            var (request, options) = (selection.Read(parsed), decoding.Read(parsed) with { Prior = prior.Read(parsed) });
            near.Validate(parsed, isAlone: file is null && !request.IsAny);
            var part = shards.Read(parsed, near.IsGiven(parsed) ? "--near" : request.IsAny ? "--unique, --novel or --report" : null);
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var stop = signal.Token;
                if (near.IsGiven(parsed))
                {
                    near.Write(parsed, session, wanted, options, json, stop);
                    return;
                }
                PriorArguments.Note(session, options.Prior);
                if (!part.IsWhole)
                {
                    WritePart(parsed, part, arguments, session, wanted, options, file, signal);
                    return;
                }
                var texts = Progress.Of(
                    (ReadingProgress reading) => new Progress.Stage("reading the training texts", reading.Texts, reading.Of),
                    progress => session.Select(wanted, request, options, progress, stop));
                var drawn = UntilStopped(texts);
                if (file is not null)
                {
                    signal.WaitForWork(); // which keeps what it has drawn
                    TextTable.Write<GeneratedText>(file, add => Each(drawn, wanted, add, showProgress: true));
                    Output.Note($"{texts.Report.Counts.Accepted:N0} texts in {file}");
                }
                else
                {
                    Each(drawn, wanted, text => Output.WriteText(text, json), showProgress: Console.IsOutputRedirected);
                    signal.WaitForWork(); // for the report
                }
                Conclude(texts, wanted, request, selection.ReportFile(parsed));
            });
        });
        return command;
    }

    /// <summary>The texts of a shard have their own numbers among those of all, by which they are drawn. One that is stopped is not finished, and leaves no file.</summary>
    private static void WritePart(
        ParseResult parsed, WantedShard part, SessionArguments arguments, TextVaeSession session, int of, SamplingOptions options, string? file, StopSignal signal)
    {
        var range = part.Take(of, block: 1);
        var texts = session.Generate((int)range.Count, options, range.First, signal.Token);
        if (file is null)
        {
            Each(texts, (int)range.Count, text => Output.WriteText(text, arguments.IsJson(parsed)), showProgress: Console.IsOutputRedirected);
            return;
        }
        signal.WaitForWork(); // which removes its half-written file
        part.Write(file, () => ShardArguments.Work(parsed, arguments.Path(parsed), session, texts: "", of, PriorArguments.Identity(session, options.Prior)), range, to =>
            TextTable.Write<GeneratedText>(to, add => Each(texts, (int)range.Count, add, showProgress: true)));
    }

    private static void Each(IEnumerable<GeneratedText> texts, int count, Action<GeneratedText> write, bool showProgress)
    {
        if (showProgress)
        {
            Progress.Of("sampling", count, WriteAll);
        }
        else
        {
            WriteAll(null);
        }

        long WriteAll(IProgress<long>? progress)
        {
            var done = 0L;
            foreach (var text in texts)
            {
                write(text);
                progress?.Report(++done);
            }
            return done;
        }
    }

    /// <summary>What has been drawn when a signal comes is kept, and reported on.</summary>
    private static IEnumerable<GeneratedText> UntilStopped(SelectedTexts texts)
    {
        using var each = texts.GetEnumerator();
        while (MoveNext())
        {
            yield return each.Current;
        }

        bool MoveNext()
        {
            try
            {
                return each.MoveNext();
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <exception cref="InvalidInputException">There are fewer texts than were asked for, as no more came.</exception>
    private static void Conclude(SelectedTexts texts, int count, SelectionOptions request, string? file)
    {
        if (request.IsAny)
        {
            SelectionReportDisplay.Print(texts.Report, texts.Statistics, texts.Training);
        }
        if (file is not null)
        {
            AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, texts.Report, ReportJson.Options), InputKind.Data);
        }
        if (texts.IsExhausted)
        {
            throw new InvalidInputException(InputKind.Usage, $"--count is {count:N0}; found {texts.Report.Counts.Accepted:N0} texts, and none among the last {texts.Patience:N0} drawn; expected a smaller number, or a higher --temperature");
        }
    }
}
