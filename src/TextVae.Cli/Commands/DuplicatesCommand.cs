using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae duplicates RUN</c>: groups of near-duplicates in a file.</summary>
internal static class DuplicatesCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var file = new TextsArguments();
        var distance = Numbers.Option(
            "--distance",
            "The largest distance of a pair: characters to insert, delete or replace, divided by the length of the longer text, both in UTF-16 units (most emoji are two); 0.1 is one of ten, 0 finds equal texts only.",
            otherwise: 0.1,
            least: 0,
            most: 1);
        var command = new Command("duplicates", "Group the near-duplicates of a file: texts that a chain of near pairs connects. Only pairs that are near in the latent space are compared.");
        arguments.AddTo(command);
        file.AddTo(command);
        command.Add(distance);
        command.SetAction(parsed =>
        {
            file.Require(parsed);
            return arguments.Use(parsed, (session, stop) =>
            {
                var texts = file.Read(parsed, session.Saved.File.Data);
                var notes = new EncodingNotes();
                var encoded = Progress.CountingTo("encoding", file.Count(parsed, session.Saved.File.Data, stop), progress => notes.Watch(session.Encode(texts, stop), progress).ToList());
                var found = Progress.Of("comparing", encoded.Count, progress => session.Duplicates(encoded, parsed.GetValue(distance), progress, stop));
                notes.Write("left out");
                foreach (var group in found.Groups)
                {
                    Print(group, arguments.IsJson(parsed));
                }
                Output.Note(FormattableString.Invariant($"{found.Groups.Count:N0} groups, {found.Groups.Sum(group => group.Count):N0} of {encoded.Count:N0} texts; compared within {found.Radius:0.###} of each other in the latent space"));
            });
        });
        return command;
    }

    private static void Print(IReadOnlyList<Duplicate> group, bool json)
    {
        if (json)
        {
            Output.WriteJson(new { Texts = group.Select(text => new { Number = text.Index + 1, text.Text }) });
            return;
        }
        foreach (var text in group)
        {
            Output.WriteLine($"{text.Index + 1,7}  {text.Text}");
        }
        Output.WriteLine();
    }
}
