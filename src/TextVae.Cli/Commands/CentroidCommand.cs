using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae centroid RUN</c>: the text in the middle of a file.</summary>
internal static class CentroidCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var file = new TextsArguments();
        var decoding = new DecodingArguments();
        var command = new Command("centroid", "Print the text at the mean of the posterior means of a file's texts.");
        arguments.AddTo(command);
        file.AddTo(command);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = decoding.Read(parsed);
            file.Require(parsed);
            return arguments.Use(parsed, (session, stop) =>
            {
                var texts = file.Read(parsed, session.Saved.File.Data);
                var notes = new EncodingNotes();
                var centroid = Progress.CountingTo("encoding", file.Count(parsed, session.Saved.File.Data, stop), progress => session.Centroid(notes.Watch(session.Encode(texts, stop)), options, progress, stop));
                notes.Write("left out");
                Print(centroid, arguments.IsJson(parsed));
            });
        });
        return command;
    }

    private static void Print(Centroid centroid, bool json)
    {
        Output.WriteText(centroid.Text, json, beside: new { centroid.Texts, centroid.Distance });
        if (!json)
        {
            var prior = Math.Sqrt(centroid.Mean.Count);
            Output.Note(FormattableString.Invariant($"the middle of {centroid.Texts:N0} texts, which lie {centroid.Distance:0.000} from it (root mean square; draws from the prior lie {prior:0.000} from their middle)"));
        }
    }
}
