using System.CommandLine;
using TextVae.Data;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae reconstruct RUN</c>: texts and what the model makes of them.</summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to reconstruct.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var count = Numbers.Option("--count", "How many texts of --data, evenly spaced.", otherwise: 10, least: 1, aliases: "-n");
        var sampleLatent = new Option<bool>("--sample-latent") { Description = "From a sample of each posterior, which --seed draws, in place of its mean." };
        var decoding = new DecodingArguments();
        var command = new Command("reconstruct", "Encode texts and decode them again, from the posterior's mean or a sample of it.");
        arguments.AddTo(command);
        command.Add(texts);
        file.AddTo(command);
        command.Add(count);
        command.Add(sampleLatent);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(texts) ?? [];
            file.RequireEither(parsed, given);
            var options = decoding.Read(parsed);
            return arguments.Use(parsed, (session, stop) =>
            {
                using var dataset = given.Length > 0 ? null : file.Open(parsed, session.Saved);
                var read = dataset is null ? given : DatasetTexts.Read(dataset, session.Saved.Tokenizer, parsed.GetValue(count));
                var pairs = session.Reconstruct(read, options, parsed.GetValue(sampleLatent), stop);
                foreach (var pair in dataset is null ? AllFitting(pairs) : pairs)
                {
                    Print(pair, arguments.IsJson(parsed));
                }
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
