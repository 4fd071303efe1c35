using System.CommandLine;
using TextVae.Data;
using TextVae.Generation;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae reconstruct RUN</c>: texts and what the model makes of them.</summary>
internal static class ReconstructCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to reconstruct.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var count = new Option<int>("--count", "-n") { Description = "How many texts of --data, evenly spaced.", DefaultValueFactory = _ => 10 };
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
            Require.AtLeast(parsed, count, 1);
            var given = parsed.GetValue(texts) ?? [];
            if (given.Length > 0 == file.AreGiven(parsed))
            {
                throw new InvalidInputException(InputKind.Usage, "reconstruct: found neither or both of TEXT and --data; expected one of them");
            }
            var options = decoding.Read(parsed);
            var session = arguments.Open(parsed);
            var pairs = given.Length > 0
                ? session.Reconstruct(given, options, parsed.GetValue(sampleLatent))
                : session.ReconstructTokens(new EvaluationBatches(file.Open(parsed, session.Saved), TextGenerator.BatchSize, parsed.GetValue(count)).Read(), options, parsed.GetValue(sampleLatent));
            foreach (var pair in pairs)
            {
                Print(pair, arguments.IsJson(parsed));
            }
            return 0;
        });
        return command;
    }

    private static void Print(Reconstruction pair, bool json)
    {
        if (json)
        {
            Output.WriteJson(pair);
        }
        else
        {
            Console.Out.WriteLine($"  {Output.OneLine(pair.Text)}");
            Console.Out.WriteLine($"→ {Output.OneLine(pair.Reconstructed)}");
        }
    }
}
