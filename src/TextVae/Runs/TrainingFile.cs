using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TextVae.Data;
using TextVae.Platform;

namespace TextVae.Runs;

/// <summary>What <c>training.json</c> holds: how the run came about.</summary>
public sealed record TrainingFile
{
    /// <summary>The recipe's name or path.</summary>
    public string Name { get; init; } = "";

    /// <summary>The whole configuration, overrides included.</summary>
    public Recipe Recipe { get; init; } = new();

    /// <summary>The <c>KEY=VALUE</c> overrides, as given.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Where the recipe was chosen: what was found and tried, what was chosen, and why; one line each.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Reasons { get; init; }

    /// <summary>
    /// The data's files or folder, absolute; or <c>dotnet-docs</c>, <c>-</c> for standard input, <c>memory</c> for texts that a
    /// program gave. Empty for what the recipe's <c>data.source</c> names.
    /// </summary>
    public IReadOnlyList<string> DataPaths { get; init; } = [];

    /// <summary>Where the texts came from, the recipe's <c>data.source</c> and the built-in corpus included.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sources => DataPaths.Count > 0 ? DataPaths : [Recipe.Data.Source ?? BuiltInCorpus.Name];

    /// <summary>Where the texts came from, in words.</summary>
    [JsonIgnore]
    public string SourcesInWords => InWords(path => path);

    /// <summary>The same with the files' names alone, for whoever has nothing to do with this machine.</summary>
    internal string SourceNamesInWords => InWords(path => Path.GetFileName(path.TrimEnd(Path.DirectorySeparatorChar)));

    /// <summary>The recipe's name; of a recipe that was a file, the file's name alone.</summary>
    internal string RecipeName => Path.GetFileName(Name);

    /// <summary>Whether the texts are those that a program gave: to go on, it has to give them again.</summary>
    [JsonIgnore]
    public bool TextsWereInMemory => DataPaths is [TrainingTexts.InMemory];

    /// <summary>A hash of the data and of how it became tokens.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>The machine and the versions of what ran on it.</summary>
    public MachineInfo? Machine { get; init; }

    private string InWords(Func<string, string> file) => string.Join(", ", Sources.Select(source => source switch
    {
        BuiltInCorpus.Name => $"the built-in corpus {source}",
        TextFile.StandardInput => "standard input",
        TrainingTexts.InMemory when TextsWereInMemory => "texts that a program gave",
        _ => file(source),
    }));
}

/// <summary>What <c>state.json</c> of a checkpoint holds: all of a run's state that is not a tensor.</summary>
internal sealed record TrainingState
{
    private const long MostUpdates = 1L << 53; // Adam computes with their number

    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Seconds trained, over all sittings.</summary>
    public double Seconds { get; init; }

    /// <summary>The best validation bound at full KL weight, in nats per text; null before the first.</summary>
    public double? BestBound { get; init; }

    /// <summary>Validations at full KL weight since then, none of them better.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SinceBest { get; init; }

    /// <summary>Updates of the encoder: more than <see cref="Step"/> after aggressive training.</summary>
    public long EncoderUpdates { get; init; }

    /// <summary>What the KL schedule has learnt.</summary>
    public JsonObject Kl { get; init; } = [];

    /// <summary>Where the encoder's updates before the next step were stopped; null where they were not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AggressiveUpdates? Unfinished { get; init; }

    /// <summary>The KL weight of the last step, whose validation was stopped and is to be done first; null where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? OwedValidation { get; init; }

    /// <summary>Whether aggressive training of the encoder is over.</summary>
    public bool AggressiveOver { get; init; }

    /// <summary>The largest mutual information of a validation during aggressive training, nats.</summary>
    public double? BestMutualInformation { get; init; }

    /// <summary>Threads of the computation so far, in each process; null in checkpoints of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Threads { get; init; }

    /// <summary>Processes that trained it together so far; null where it was one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Processes { get; init; }

    /// <summary>What the next report averages, up to here; null in checkpoints of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TermSums? SinceReport { get; init; }

    /// <summary>Refuses values that no run comes to.</summary>
    /// <param name="step">The step that the checkpoint is named after.</param>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate(long step)
    {
        Check.That(Step == step, "step", Step, $"{step}, as its folder is named");
        Check.That(EncoderUpdates is >= 0 and <= MostUpdates, "encoderUpdates", EncoderUpdates, $"0 to {MostUpdates:N0}");
        Check.That(double.IsFinite(Seconds) && Seconds >= 0, "seconds", Seconds, "a number from 0");
        Check.That(double.IsFinite(BestBound ?? 0), "bestBound", BestBound, "a finite number or null");
        Check.AtLeast(0, SinceBest, "sinceBest");
        Check.That(double.IsFinite(BestMutualInformation ?? 0), "bestMutualInformation", BestMutualInformation, "a finite number or null");
        Check.That(double.IsFinite(OwedValidation ?? 0), "owedValidation", OwedValidation, "a finite number or null");
        Check.That(Unfinished is null or { Count: >= 0 and < int.MaxValue }, "unfinished.count", Unfinished?.Count, "a number of updates");
        Check.That(Threads is null or > 0, "threads", Threads, "at least 1");
        Check.That(Processes is null or > 0, "processes", Processes, "at least 1");
        Check.That(SinceReport is null or { Steps: >= 0, Characters: >= 0, Seconds: >= 0 }, "sinceReport", SinceReport, "sums of steps that were done");
    }
}

/// <summary>Sums over the steps since the last report, of each step's mean over its batch.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record TermSums
{
    /// <summary>How many steps.</summary>
    public int Steps { get; init; }

    /// <summary>Reconstruction terms, nats.</summary>
    public double Reconstruction { get; init; }

    /// <summary>KL terms, nats.</summary>
    public double Kl { get; init; }

    /// <summary>Auxiliary terms, nats.</summary>
    public double Auxiliary { get; init; }

    /// <summary>Norms of the gradient.</summary>
    public double GradientNorm { get; init; }

    /// <summary>Characters of the texts.</summary>
    public long Characters { get; init; }

    /// <summary>Seconds of wall time.</summary>
    public double Seconds { get; init; }
}
