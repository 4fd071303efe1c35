using System.CommandLine;
using TextVae.Data;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae encode RUN</c>: the posteriors of texts, mean and standard deviation.</summary>
internal static class EncodeCommand
{
    private const int Block = 2_048; // texts of which shards are made: many times as many as are encoded together

    public static Command Create()
    {
        var arguments = new SessionArguments();
        var texts = new Argument<string[]>("TEXT") { Description = "Texts to encode.", Arity = ArgumentArity.ZeroOrMore };
        var file = new TextsArguments();
        var to = new Option<string?>("--out") { Description = "A file to write: .npy, .parquet, .jsonl, or .tsv for the Embedding Projector. Without it: JSON Lines on stdout." };
        var shards = new ShardArguments();
        var command = new Command("encode", "Turn texts into vectors: the mean and the standard deviation of each posterior.");
        arguments.AddTo(command);
        command.Add(texts);
        file.AddTo(command);
        command.Add(to);
        shards.AddTo(command);
        command.SetAction(parsed =>
        {
            var given = parsed.GetValue(texts) ?? [];
            file.RequireEither(parsed, given);
            var path = parsed.GetValue(to);
            if (path is not null)
            {
                VectorFile.Check(path); // before a model is loaded
            }
            var wanted = shards.Read(parsed, given.Length > 0 ? "TEXT" : null);
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var config = session.Saved.File.Data;
                var texts = wanted.IsWhole ? new TextsIdentity(long.MaxValue, "") : file.Identify(parsed, config);
                var range = wanted.Take(texts.Count, Block);
                var read = given.Length > 0 ? given : file.Read(parsed, config, range);
                var notes = new EncodingNotes();
                var total = Total();
                if (path is null)
                {
                    var vectors = session.Encode(read, signal.Token);
                    if (Console.IsOutputRedirected)
                    {
                        Progress.CountingTo("encoding", total, progress => VectorFile.Write(Output.Lines, notes.Watch(vectors, progress)));
                    }
                    else
                    {
                        VectorFile.Write(Output.Lines, notes.Watch(vectors));
                    }
                    notes.Write("written without vectors");
                    return;
                }
                signal.WaitForWork(); // which removes its half-written file
                wanted.Write(path, () => ShardArguments.Work(parsed, arguments.Path(parsed), session, texts.Sha256, texts.Count), range, to =>
                {
                    var encoded = session.Encode(ReadAhead.Of(read, signal.Token), signal.Token);
                    Progress.CountingTo("encoding", total, progress => VectorFile.Write(to, notes.Watch(encoded, progress), session.LatentSize));
                    notes.Write(VectorFile.FateOfMisfits(path));
                });

                Func<long?> Total() => given.Length > 0 ? () => given.Length : wanted.IsWhole ? file.Count(parsed, config, signal.Token) : () => range.Count;
            });
        });
        return command;
    }
}
