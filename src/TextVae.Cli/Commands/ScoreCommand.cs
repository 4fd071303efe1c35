using System.CommandLine;
using TextVae.Data;
using TextVae.Scoring;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae score RUN</c>: how unusual texts are to a model, one line a text, as they come.</summary>
internal static class ScoreCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // for what has been read when it is stopped

    public static Command Create()
    {
        var arguments = new SessionArguments(readsTraining: true);
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to score.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var samples = Numbers.Optional<int>("--importance-samples", "Score by the importance-weighted bound with so many samples, which is tighter and slower, in place of the ELBO.", least: 1, most: ScoringOptions.MostImportanceSamples);
        var characters = new Option<bool>("--characters") { Description = "Show what each character costs: the redder the more, without colours its bits below it." };
        var top = Numbers.Optional<int>("--top", "Print only the N most unusual texts, at the end.", least: 1, most: 1_000_000);
        var (lines, shards, prior) = (new LinesArguments(".jsonl"), new ShardArguments(), new PriorArguments());
        var readAhead = Numbers.Option("--read-ahead", "Texts to read before the first is scored; 1 answers each at once, more are faster.", new ScoringOptions().ReadAhead, least: 1, most: ScoringOptions.MostReadAhead);
        var command = new Command("score", "Measure how unusual texts are: bits per character, and the percentile among the validation texts.");
        arguments.AddTo(command);
        command.Add(texts);
        file.AddTo(command);
        foreach (var option in new Option[] { samples, characters, top, readAhead })
        {
            command.Add(option);
        }
        prior.AddTo(command);
        lines.AddTo(command);
        shards.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(texts) ?? [];
            file.RequireEither(parsed, given);
            var options = new ScoringOptions
            {
                ImportanceSamples = parsed.GetValue(samples) ?? 0,
                PerToken = parsed.GetValue(characters),
                Prior = prior.Read(parsed),
                ReadAhead = parsed.GetValue(readAhead),
            };
            options.Validate(); // before a model is loaded
            var path = lines.Read(parsed);
            var wanted = shards.Read(parsed, given.Length > 0 ? "TEXT" : parsed.GetValue(top) is null ? null : top.Name);
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var (stop, config) = (signal.Token, session.Saved.File.Data);
                PriorArguments.Note(session, options.Prior);
                var compared = options with { Validation = Validation(session, options, stop) };
                var texts = wanted.IsWhole ? new TextsIdentity(long.MaxValue, "") : file.Identify(parsed, config);
                var range = wanted.Take(texts.Count, options.ReadAhead);
                var count = new ScoreCount();
                long? total = given.Length > 0 ? given.Length : wanted.IsWhole ? null : range.Count;
                if (path is null)
                {
                    PrintAll();
                    return;
                }
                signal.WaitForWork(); // which removes its half-written file
                var percentiles = compared.Validation is null ? ", no percentiles" : "";
                wanted.Write(path, () => ShardArguments.Work(parsed, arguments.Path(parsed), session, texts.Sha256, texts.Count, percentiles + PriorArguments.Identity(session, options.Prior)), range, to =>
                {
                    Progress.Counting("scoring", total, progress => Output.WriteLines(to, Scores(ReadAhead.Of(Read(), stop), progress, stop)));
                    Close();
                });

                IEnumerable<string> Read() => given.Length > 0 ? given : file.Read(parsed, config, range);

                IEnumerable<TextScore> Scores(IEnumerable<string> texts, IProgress<long>? progress, CancellationToken stop) =>
                    session.Score(texts, compared with { Scored = Sum(progress) }, stop).Select(count.Add);

                // Texts that come slowly, as from 'tail -f', are scored when no more come for a moment.
                void PrintAll()
                {
                    if (parsed.GetValue(top) is { } number)
                    {
                        signal.WaitForWork(); // which has something to print
                        using var ending = new CancellationTokenSource();
                        using var soon = stop.Register(() => ending.CancelAfter(Patience));
                        var found = Progress.Counting("scoring", total, progress => MostUnusual(Chunks().SelectMany(chunk => Scores(chunk, progress, ending.Token)), number, stop).ToList());
                        Print(found);
                    }
                    else if (Console.IsOutputRedirected)
                    {
                        Progress.Counting("scoring", total, progress => Print(Chunks().SelectMany(chunk => Scores(chunk, progress, stop))));
                    }
                    else
                    {
                        Print(Chunks().SelectMany(chunk => Scores(chunk, null, stop)));
                    }
                    if (!stop.IsCancellationRequested)
                    {
                        Close();
                    }
                }

                IEnumerable<string[]> Chunks() => ReadAhead.Chunks(Read(), options.ReadAhead, stop);

                void Print(IEnumerable<TextScore> scores)
                {
                    foreach (var score in scores)
                    {
                        Write(score, arguments.IsJson(parsed));
                    }
                }

                void Close() => count.Close(given.Length > 0 ? "TEXT" : file.Name(parsed), isPart: !wanted.IsWhole);
            }, listens: path is null);
        });
        return command;
    }

    private static void Write(TextScore score, bool json)
    {
        if (json)
        {
            Output.WriteJson(score);
        }
        else
        {
            ScoreLine.Write(score);
        }
    }

    /// <summary>The texts of most bits per character, the most unusual first; never more of them in memory. Where it is stopped, those of what was scored until then.</summary>
    private static IEnumerable<TextScore> MostUnusual(IEnumerable<TextScore> scores, int count, CancellationToken stop)
    {
        var kept = new PriorityQueue<TextScore, double>();
        try
        {
            foreach (var score in scores)
            {
                if (score.BitsPerCharacter is { } bits)
                {
                    kept.Enqueue(score, bits);
                }
                if (kept.Count > count)
                {
                    kept.Dequeue();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What has been found is what is asked for.
        }
        return kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element);
    }

    private static IProgress<long>? Sum(IProgress<long>? progress)
    {
        var done = 0L;
        return progress is null ? null : Progress.Told<long>(more => progress.Report(Interlocked.Add(ref done, more)));
    }

    private static ScoreDistribution? Validation(TextVaeSession session, ScoringOptions options, CancellationToken stop)
    {
        try
        {
            return session.ValidationScores(options, Progress.Told<long>(texts => Output.Note($"scoring {texts:N0} validation texts for the percentiles, this once")), stop);
        }
        catch (InvalidInputException error)
        {
            Output.Note($"percentiles are left out: {Hints.Explain(error)}");
            return null;
        }
    }
}
