using System.CommandLine;
using TextVae.Latent;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae neighbors RUN TEXT</c>: the texts of a file that are nearest in the latent space.</summary>
internal static class NeighborsCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var text = new Argument<string>("TEXT") { Description = "Whose neighbours to look for." };
        var file = new TextsArguments();
        var count = Numbers.Option("--count", "How many texts.", otherwise: 10, least: 1, most: NearestTexts.MostKept, aliases: ["-n", "-k"]);
        var metric = new Option<LatentMetric>("--metric") { Description = "euclidean: the distance of the posterior means, in standard deviations of the prior; cosine: 1 - the cosine of their angle. Default: euclidean." };
        metric.AcceptOnlyFromAmong("euclidean", "cosine");
        var command = new Command("neighbors", "Find the texts of a file that are nearest to a text in the latent space.");
        arguments.AddTo(command);
        command.Add(text);
        file.AddTo(command);
        command.Add(count);
        command.Add(metric);
        command.SetAction(parsed =>
        {
            file.Require(parsed);
            return arguments.Use(parsed, (session, stop) =>
            {
                var texts = file.Read(parsed, session.Saved.File.Data);
                var notes = new EncodingNotes();
                var found = Progress.CountingTo("searching", file.Count(parsed, session.Saved.File.Data, stop), progress => session.Neighbors(
                    parsed.GetRequiredValue(text), notes.Watch(session.Encode(texts, stop)), parsed.GetValue(count), parsed.GetValue(metric), progress, stop));
                notes.Write("left out");
                foreach (var neighbor in found)
                {
                    Print(neighbor, arguments.IsJson(parsed));
                }
            });
        });
        return command;
    }

    private static void Print(Neighbor neighbor, bool json)
    {
        var number = neighbor.Index + 1;
        if (json)
        {
            Output.WriteJson(new { number, neighbor.Text, neighbor.Distance });
        }
        else
        {
            Output.WriteLine(FormattableString.Invariant($"{neighbor.Distance,7:0.000}  {number,7}  {neighbor.Text}"));
        }
    }
}
