using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae encode RUN</c>: the posteriors of texts, mean and standard deviation.</summary>
internal static class EncodeCommand
{
    public static Command Create()
    {
        var arguments = new SessionArguments();
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to encode.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var to = new Option<string?>("--out") { Description = "A file to write: .npy, .parquet, .jsonl, or .tsv for the Embedding Projector. Without it: JSON Lines on stdout." };
        var command = new Command("encode", "Turn texts into vectors: the mean and the standard deviation of each posterior.");
        arguments.AddTo(command);
        command.Add(texts);
        file.AddTo(command);
        command.Add(to);
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(texts) ?? [];
            file.RequireEither(parsed, given);
            var path = parsed.GetValue(to);
            if (path is not null)
            {
                VectorFile.Check(path); // before a model is loaded
            }
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var read = given.Length > 0 ? given : file.Read(parsed, session.Saved.File.Data);
                var notes = new EncodingNotes();
                if (path is null)
                {
                    VectorFile.Write(Output.Lines, notes.Watch(session.Encode(read, signal.Token)));
                }
                else
                {
                    signal.WaitForWork(); // which removes its half-written file
                    var encoded = session.Encode(ReadAhead.Of(read, signal.Token), signal.Token);
                    Progress.Counting("encoding", progress => VectorFile.Write(path, notes.Watch(encoded, progress), session.LatentSize));
                }
                notes.Write(path is null ? "written without vectors" : VectorFile.FateOfMisfits(path));
            });
        });
        return command;
    }
}
