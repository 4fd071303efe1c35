using System.CommandLine;
using System.Text.Json;
using TextVae.Platform;

namespace TextVae.Cli;

/// <summary>What every command that trains takes: texts, a recipe, changes of it, and where to compute.</summary>
internal sealed class TrainingArguments
{
    private readonly Argument<string[]> _words = RecipeAndTexts.Argument($"{AutoRecipe.Name}, one that fits the texts, this machine and --minutes");
    private readonly Option<string[]> _data = new("--data") { Description = "Files of texts: one a line, or CSV, TSV, JSON, JSON Lines or Parquet, plain or as .gz, .bz2, .xz, .zst, .zip or .tar.gz; '-' is standard input. Or a folder with NAME.train.txt and NAME.valid.txt. Default: the built-in corpus, or the recipe's data.source." };
    private readonly Option<string?> _valid = new("--valid") { Description = "A file of validation texts. Default: a twentieth of --data." };
    private readonly Option<string?> _test = new("--test") { Description = "A file of test texts, beside --valid. Default: a twentieth of --data." };
    private readonly Option<string?> _column = CommonOptions.Column("data.column");
    private readonly Option<string?> _encoding = CommonOptions.Encoding();
    private readonly Option<string?> _invalid = CommonOptions.InvalidUtf8("data.invalidUtf8, else fail");
    private readonly Option<string?> _longer = new("--long") { Description = "What becomes of texts that are longer than data.length: they are left out (drop), cut, or split into several (data.long)." };
    private readonly Option<string[]> _set = CommonOptions.Set();
    private readonly Option<long?> _steps = Numbers.Optional<long>("--steps", "How many batches to train in all: training.steps.", least: 1);
    private readonly Option<long?> _seed = Numbers.Optional<long>("--seed", "The same seed, texts and machine give the same model: training.seed.");
    private readonly Option<int?> _threads = Numbers.Optional<int>("--threads", "Threads of the computation; 0 is one for each core: training.threads.", least: 0, most: Devices.MostThreads);
    private readonly Option<string?> _precision = CommonOptions.TrainingPrecision();
    private readonly Option<string?> _device = new("--device") { Description = "Where to compute: training.device." };
    private readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>Adds them around the command's own.</summary>
    public void AddTo(Command command, params IEnumerable<Option> own)
    {
        _longer.AcceptOnlyFromAmong("drop", "cut", "split");
        _device.AcceptOnlyFromAmong("cpu", "cuda");
        command.Add(_words);
        foreach (var option in new Option[] { _data, _valid, _test, _column, _encoding, _invalid, _longer }.Concat(own).Concat([_set, _steps, _seed, _threads, _precision, _device, _json]))
        {
            command.Add(option);
        }
    }

    /// <summary>What is of this command line alone: how many steps, and how its result is printed.</summary>
    public IEnumerable<Option> OfThisTime => [_steps, _json];

    /// <summary>Whether to print JSON.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>What the command line asks to train.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">Where.</param>
    /// <param name="minutes">How long.</param>
    /// <param name="first">Changes of the recipe before those of <c>--set</c>, which may say more of them.</param>
    /// <exception cref="InvalidInputException">There are two recipes.</exception>
    public TrainingRequest Read(ParseResult parsed, string? output, double? minutes, IEnumerable<string> first)
    {
        var (recipe, paths) = RecipeAndTexts.Of(parsed.GetValue(_words) ?? [], parsed.GetValue(_data) ?? []);
        return new TrainingRequest(recipe == AutoRecipe.Name ? null : recipe, paths, output, [.. first, .. Overrides(parsed)], minutes);
    }

    private IEnumerable<string> Overrides(ParseResult parsed) =>
        CommonOptions.DataOverrides(parsed.GetValue(_set), parsed.GetValue(_column), parsed.GetValue(_encoding), parsed.GetValue(_invalid))
            .Concat(CommonOptions.Override("data.validation", FullPath(parsed.GetValue(_valid))))
            .Concat(CommonOptions.Override("data.test", FullPath(parsed.GetValue(_test))))
            .Concat(CommonOptions.Override("data.long", parsed.GetValue(_longer)))
            .Concat(CommonOptions.Override("training.steps", parsed.GetValue(_steps)))
            .Concat(CommonOptions.Override("training.seed", parsed.GetValue(_seed)))
            .Concat(CommonOptions.Override("training.threads", parsed.GetValue(_threads)))
            .Concat(CommonOptions.Override("training.precision", parsed.GetValue(_precision)))
            .Concat(CommonOptions.Override("training.device", parsed.GetValue(_device)));

    private static string? FullPath(string? path) => path is null ? null : JsonSerializer.Serialize(Path.GetFullPath(path));
}
