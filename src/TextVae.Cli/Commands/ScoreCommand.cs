using System.CommandLine;
using TextVae.Scoring;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae score RUN</c>: how unusual texts are to a model, one line a text, as they come.</summary>
internal static class ScoreCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to score.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var samples = Numbers.Optional<int>("--importance-samples", "Score by the importance-weighted bound with so many samples, which is tighter and slower, in place of the ELBO.", least: 1, most: ScoringOptions.MostImportanceSamples);
        var characters = new Option<bool>("--characters") { Description = "Show what each character costs: the redder the more, without colours its bits below it." };
        var top = Numbers.Optional<int>("--top", "Print only the N most unusual texts, at the end.", least: 1, most: 1_000_000);
        var readAhead = Numbers.Option("--read-ahead", "Texts to read before the first is scored; 1 answers each at once, more are faster.", new ScoringOptions().ReadAhead, least: 1, most: ScoringOptions.MostReadAhead);
        var command = new Command("score", "Measure how unusual texts are: bits per character, and the percentile among the validation texts.");
        arguments.AddTo(command);
        command.Add(texts);
        file.AddTo(command);
        foreach (var option in new Option[] { samples, characters, top, readAhead })
        {
            command.Add(option);
        }
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(texts) ?? [];
            file.RequireEither(parsed, given);
            var options = new ScoringOptions
            {
                ImportanceSamples = parsed.GetValue(samples) ?? 0,
                PerToken = parsed.GetValue(characters),
                ReadAhead = parsed.GetValue(readAhead),
            };
            options.Validate(); // before a model is loaded
            return arguments.Use(parsed, (session, stop) =>
            {
                var compared = options with { Validation = Validation(session, options, stop) };
                var count = new ScoreCount();
                var scores = session.Score(given.Length > 0 ? given : file.Read(parsed, session.Saved.File.Data), compared, stop).Select(count.Add);
                foreach (var score in parsed.GetValue(top) is { } number ? MostUnusual(scores, number) : scores)
                {
                    if (arguments.IsJson(parsed))
                    {
                        Output.WriteJson(score);
                    }
                    else
                    {
                        ScoreLine.Write(score);
                    }
                }
                count.Close(given.Length > 0 ? "TEXT" : file.Name(parsed));
            });
        });
        return command;
    }

    /// <summary>The texts of most bits per character, the most unusual first; never more of them in memory.</summary>
    private static IEnumerable<TextScore> MostUnusual(IEnumerable<TextScore> scores, int count)
    {
        var kept = new PriorityQueue<TextScore, double>();
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
        return kept.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element);
    }

    private static ScoreDistribution? Validation(TextVaeSession session, ScoringOptions options, CancellationToken stop)
    {
        try
        {
            return session.ValidationScores(options, Progress.Told<long>(texts => Output.Note($"scoring {texts:N0} validation texts for the percentiles, this once")), stop);
        }
        catch (InvalidInputException error)
        {
            Output.Note($"percentiles are left out: {error.Message}");
            return null;
        }
    }
}
