using System.CommandLine;
using System.CommandLine.Parsing;
using TextVae.Data;
using TextVae.Models;
using TextVae.Texts;

namespace TextVae.Cli;

/// <summary>The texts that a command on a trained model reads: <c>--data</c>, <c>--column</c>, <c>--encoding</c> and <c>--invalid-utf8</c>.</summary>
internal sealed class TextsArguments
{
    private const string Data = "--data";

    private readonly Option<string?> _data = new(Data) { Description = "A file of texts, one a line, or CSV, TSV, JSON, JSON Lines or Parquet, plain or as .gz, .bz2, .xz, .zst, .zip or .tar.gz; '-' is standard input." };
    private readonly Option<string?> _column = CommonOptions.Column("the run's");

    private readonly Option<string?> _encoding = CommonOptions.Encoding();
    private readonly Option<string?> _invalid = CommonOptions.InvalidUtf8("the run's");

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_column);
        command.Add(_encoding);
        command.Add(_invalid);
    }

    /// <summary>Whether there is a file.</summary>
    /// <exception cref="InvalidInputException">There is what belongs to a file, and no file.</exception>
    public bool AreGiven(ParseResult parsed)
    {
        var given = parsed.GetValue(_data) is not null;
        var alone = new[] { _column, _encoding, _invalid }.FirstOrDefault(option => !given && parsed.GetValue(option) is not null);
        return alone is null ? given : throw new InvalidInputException(InputKind.Usage, $"found {alone.Name} without --data; expected both");
    }

    /// <summary>Whether a command line names the standard input.</summary>
    public static bool ReadStandardInput(ParseResult parsed) =>
        parsed.GetResult(Data) is OptionResult { Tokens: [{ Value: TextFile.StandardInput }] };

    /// <summary>For commands that are about a file or about texts beside the options, one of the two.</summary>
    /// <exception cref="InvalidInputException">There is neither, or both.</exception>
    public void RequireEither(ParseResult parsed, string[] texts)
    {
        if (texts.Length > 0 == AreGiven(parsed))
        {
            throw new InvalidInputException(InputKind.Usage, $"{parsed.CommandResult.Command.Name}: found neither or both of TEXT and --data; expected one of them");
        }
    }

    /// <summary>For commands that are about a file.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public void Require(ParseResult parsed)
    {
        if (!AreGiven(parsed))
        {
            throw new InvalidInputException(InputKind.Usage, $"{parsed.CommandResult.Command.Name}: found no --data; expected a file of texts");
        }
    }

    /// <summary>What notes call the file. Only where it is given.</summary>
    public string Name(ParseResult parsed) => TextFile.Of(parsed.GetValue(_data)!).Name;

    /// <summary>
    /// How many texts the file has, once that is known: they are counted on the side. Never known of what can be read only once.
    /// Only where they <see cref="AreGiven"/>.
    /// </summary>
    public Func<long?> Count(ParseResult parsed, DataConfig config, CancellationToken stop)
    {
        if (!IsPlainFile(parsed.GetValue(_data)!))
        {
            return () => null;
        }
        var file = File(parsed, config);
        var column = Column(parsed, config, file);
        var counting = Task.Run(() => file.Texts(column).TakeWhile(_ => !stop.IsCancellationRequested).LongCount(), CancellationToken.None);
        return () => counting.IsCompletedSuccessfully ? counting.Result : null;
    }

    /// <summary>Which texts the file has. Only where they <see cref="AreGiven"/>.</summary>
    /// <exception cref="InvalidInputException">The file cannot be used, or not more than once.</exception>
    public TextsIdentity Identify(ParseResult parsed, DataConfig config)
    {
        var file = File(parsed, config);
        return file.Identify(Column(parsed, config, file));
    }

    /// <summary>
    /// The file's texts as they are, empty ones included, in one pass and constant memory; from standard input they come as
    /// they are written there. Only where they <see cref="AreGiven"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">Now or while reading: see <see cref="TextFile"/>.</exception>
    public IEnumerable<string> Read(ParseResult parsed, DataConfig config) => Read(parsed, config, (0, long.MaxValue));

    /// <summary>As above, some of the texts: the index of the first, and how many.</summary>
    public IEnumerable<string> Read(ParseResult parsed, DataConfig config, (long First, long Count) range)
    {
        var file = File(parsed, config);
        return WithNotes(file, Column(parsed, config, file), range);
    }

    /// <summary>The file as the model's training texts were read, to be taken in any order. Only where they <see cref="AreGiven"/>.</summary>
    /// <exception cref="InvalidInputException">The file cannot be used.</exception>
    public ITextDataset Open(ParseResult parsed, SavedModel saved)
    {
        var path = parsed.GetValue(_data)!;
        var file = File(parsed, saved.File.Data);
        var column = Column(parsed, saved.File.Data, file);
        var dataset = Corpus.OpenForEvaluation(saved.File.Data with { Column = column, Encoding = parsed.GetValue(_encoding), InvalidUtf8 = Invalid(parsed, saved.File.Data) }, path, saved.Tokenizer);
        Note([.. ColumnNote(file, column), .. dataset.Notes]);
        return dataset;
    }

    /// <summary>Whether a file can be read more than once, which a pipe cannot.</summary>
    private static bool IsPlainFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return (file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is FileInfo { Exists: true, Length: > 0 };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<string> WithNotes(TextFile file, string? column, (long First, long Count) range)
    {
        var number = 0L;
        Note(ColumnNote(file, column));
        foreach (var text in file.Texts(column).TakeWhile(_ => number - range.First < range.Count))
        {
            if (number >= range.First)
            {
                yield return text;
            }
            number++;
        }
        Note(file.Notes);
    }

    private static IReadOnlyList<string> ColumnNote(TextFile file, string? column) => file.ColumnNote(column) is { } note ? [note] : [];

    private static void Note(IReadOnlyList<string> notes)
    {
        foreach (var note in notes)
        {
            Output.Note(note);
        }
    }

    private TextFile File(ParseResult parsed, DataConfig config) =>
        TextFile.Of(parsed.GetValue(_data)!, Invalid(parsed, config), parsed.GetValue(_encoding));

    private InvalidUtf8 Invalid(ParseResult parsed, DataConfig config) =>
        parsed.GetValue(_invalid) is { } asked ? Enum.Parse<InvalidUtf8>(asked, ignoreCase: true) : config.InvalidUtf8;

    /// <summary>A run's own column says nothing of files that have none.</summary>
    private string? Column(ParseResult parsed, DataConfig config, TextFile file) =>
        parsed.GetValue(_column) ?? (file.HasColumns ? config.Column : null);
}
