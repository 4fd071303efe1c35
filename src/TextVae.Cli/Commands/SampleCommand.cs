using System.CommandLine;
using TextVae.Generation;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae sample RUN</c>: new texts, from latent vectors drawn from the prior.</summary>
internal static class SampleCommand
{
    public static Command Create()
    {
        var run = CommonOptions.Run();
        var count = new Option<int>("--count", "-n") { Description = "How many texts.", DefaultValueFactory = _ => 10 };
        var temperature = new Option<double?>("--temperature") { Description = "Draw from softmax(logits / T); without it, decoding is greedy." };
        var (seed, threads, device, json) = (CommonOptions.Seed(), CommonOptions.Threads(), CommonOptions.Device(), CommonOptions.Json());
        var command = new Command("sample", "Print new texts.") { run, count, temperature, seed, threads, device, json };
        command.SetAction(parsed =>
        {
            Require.AtLeast(parsed, count, 1);
            Require.AtLeast(parsed, temperature, 0);
            var session = TextVaeSession.Load(parsed.GetRequiredValue(run), parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var options = new SamplingOptions { Temperature = parsed.GetValue(temperature), Seed = parsed.GetValue(seed) };
            foreach (var text in session.Sample(parsed.GetValue(count), options))
            {
                if (parsed.GetValue(json))
                {
                    Output.WriteJson(new { Text = text });
                }
                else
                {
                    Console.Out.WriteLine(Output.OneLine(text));
                }
            }
            return 0;
        });
        return command;
    }
}
