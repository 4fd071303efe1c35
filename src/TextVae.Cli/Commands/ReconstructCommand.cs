using System.CommandLine;
using TextVae.Data;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae reconstruct RUN</c>: texts and what the model makes of them.</summary>
internal static class ReconstructCommand
{
    private const int Block = 256; // texts that are reconstructed together

    public static Command Create()
    {
        var arguments = new SessionArguments();
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to reconstruct.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var count = Numbers.Option("--count", "How many texts of --data, evenly spaced.", otherwise: 10, least: 1, aliases: "-n");
        var sampleLatent = new Option<bool>("--sample-latent") { Description = "From a sample of each posterior, which --seed draws, in place of its mean." };
        var (decoding, lines, shards) = (new DecodingArguments(), new LinesArguments(".jsonl"), new ShardArguments());
        var command = new Command("reconstruct", "Encode texts and decode them again, from the posterior's mean or a sample of it.");
        arguments.AddTo(command);
        command.Add(texts);
        file.AddTo(command);
        command.Add(count);
        command.Add(sampleLatent);
        lines.AddTo(command);
        shards.AddTo(command);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(texts) ?? [];
            file.RequireEither(parsed, given);
            var options = decoding.Read(parsed);
            var path = lines.Read(parsed);
            var wanted = shards.Read(parsed, given.Length > 0 ? "TEXT" : null);
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var config = session.Saved.File.Data;
                var identity = wanted.IsWhole ? new TextsIdentity(0, "") : file.Identify(parsed, config);
                using var dataset = given.Length > 0 ? null : file.Open(parsed, session.Saved);
                var items = dataset is null ? given.Length : long.Min(dataset.EvaluationCount, parsed.GetValue(count));
                var range = wanted.Take(items, Block);
                var read = dataset is null ? given : DatasetTexts.Read(dataset, session.Saved.Tokenizer, parsed.GetValue(count), range.First, range.Count);
                var pairs = session.Reconstruct(read, options, parsed.GetValue(sampleLatent), range.First, signal.Token);
                if (dataset is null)
                {
                    pairs = AllFitting(pairs);
                }
                if (path is null)
                {
                    foreach (var pair in pairs)
                    {
                        Print(pair, arguments.IsJson(parsed));
                    }
                    return;
                }
                signal.WaitForWork(); // which removes its half-written file
                wanted.Write(path, () => ShardArguments.Work(parsed, arguments.Path(parsed), session, identity.Sha256, items), range, to =>
                    Progress.Counting("reconstructing", progress => Output.WriteLines(to, Progress.Watched(pairs, progress))));
            });
        });
        return command;
    }

    /// <summary>Texts that somebody has typed: one that does not fit the model is an error, before any is printed.</summary>
    private static List<Reconstruction> AllFitting(IEnumerable<Reconstruction> pairs)
    {
        var all = pairs.ToList();
        return all.Find(pair => pair.Fault is not null) is { Fault: { } fault } ? throw new InvalidInputException(InputKind.Data, fault) : all;
    }

    private static void Print(Reconstruction pair, bool json)
    {
        if (json)
        {
            Output.WriteJson(pair);
        }
        else if (pair.Reconstructed is null)
        {
            Output.Note($"left out: {pair.Fault}");
        }
        else
        {
            Output.WriteLine($"  {pair.Text}");
            Output.WriteLine($"→ {pair.Reconstructed}");
        }
    }
}
