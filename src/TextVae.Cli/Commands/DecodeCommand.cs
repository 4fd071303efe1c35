using System.CommandLine;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae decode RUN</c>: the texts of latent vectors, such as those that <c>encode</c> wrote and another program has changed.</summary>
internal static class DecodeCommand
{
    private const int Listed = 10;

    public static Command Create()
    {
        var arguments = new SessionArguments();
        var vectors = new Option<string>("--vectors") { Description = $"A file of vectors, a row for each: {VectorFile.Extensions}, as 'encode' writes them.", Required = true };
        var (rows, decoding) = (new RowsArguments(), new DecodingArguments());
        var command = new Command("decode", "Turn vectors into texts.");
        arguments.AddTo(command);
        command.Add(vectors);
        rows.AddTo(command);
        decoding.AddTo(command);
        command.SetAction(parsed =>
        {
            var (path, json) = (parsed.GetRequiredValue(vectors), arguments.IsJson(parsed));
            var file = rows.Read(parsed, json);
            var options = decoding.Read(parsed);
            var read = VectorFile.Read(path);
            return arguments.UseAndKeep(parsed, (session, signal) =>
            {
                var vectors = file is null || json ? read : ReadAhead.Of(read, signal.Token);
                var decoded = session.Decode(OfSize(vectors, session.LatentSize, path), options, signal.Token).Select((found, index) => (Row: index + 1L, Found: found));
                var empty = new List<long>();
                if (json)
                {
                    Print(decoded, entry => Output.WriteJson(new { entry.Row, entry.Found.Text?.Text, entry.Found.Text?.LogProbability, entry.Found.Fault }));
                    return;
                }
                var texts = Texts(decoded, empty);
                if (file is null)
                {
                    Print(texts, text => Output.WriteLine(text.Text));
                }
                else
                {
                    signal.WaitForWork(); // which removes its half-written file
                    Progress.Counting("decoding", progress => TextTable.Write(file, Progress.Watched(texts, progress)));
                }
                Note(empty);
            });
        });
        return command;
    }

    /// <summary>Results on stdout; while a terminal shows them, nothing else needs to say how far it is.</summary>
    private static void Print<T>(IEnumerable<T> items, Action<T> print)
    {
        if (Console.IsOutputRedirected)
        {
            Progress.Counting("decoding", progress => PrintAll(Progress.Watched(items, progress)));
        }
        else
        {
            PrintAll(items);
        }

        void PrintAll(IEnumerable<T> items)
        {
            foreach (var item in items)
            {
                print(item);
            }
        }
    }

    /// <summary>The vectors of a file, all of which have one size; none where a row has none.</summary>
    /// <exception cref="InvalidInputException">The size is not the model's.</exception>
    private static IEnumerable<ReadOnlyMemory<float>> OfSize(IEnumerable<VectorRow> rows, int latent, string path) => rows.Select(row =>
        row.Vector is null || row.Vector.Length == latent
            ? (ReadOnlyMemory<float>)row.Vector
            : throw new InvalidInputException(InputKind.Data, $"{path}: found vectors of {row.Vector.Length:N0} numbers; expected {latent:N0}, the model's latent size"));

    private static IEnumerable<DecodedRow> Texts(IEnumerable<(long Row, DecodedVector Found)> decoded, List<long> empty)
    {
        foreach (var (row, found) in decoded)
        {
            if (found.Text is { } text)
            {
                yield return new DecodedRow(row, text.Text, text.LogProbability);
            }
            else
            {
                empty.Add(row);
            }
        }
    }

    private static void Note(List<long> empty)
    {
        if (empty.Count > 0)
        {
            var more = empty.Count > Listed ? $" and {empty.Count - Listed:N0} more" : "";
            Output.Note($"left out, as there is no vector: row {string.Join(", ", empty.Take(Listed))}{more}");
        }
    }

    /// <summary>A row of <c>--out</c>.</summary>
    private sealed record DecodedRow(long Row, string Text, double LogProbability);
}
