using System.Globalization;
using System.Text.Json.Nodes;
using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;

namespace TextVae.Tests;

/// <summary>The library under a user's culture. The tests have no cultures (InvariantGlobalization), so theirs are made here.</summary>
public class CultureTests
{
    private static readonly Dictionary<string, NumberFormatInfo> Cultures = new()
    {
        ["de-DE"] = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", PercentDecimalSeparator = ",", PercentGroupSeparator = "." },
        ["tr-TR"] = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = ".", PercentPositivePattern = 2 },
        ["fi-FI"] = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "\u00a0", NegativeSign = "\u2212", NaNSymbol = "epäluku" },
        ["ar-SA"] = new() { NumberDecimalSeparator = "\u066b", NumberGroupSeparator = "\u066c", NegativeSign = "\u061c-", PercentSymbol = "\u066a\u061c", PositiveInfinitySymbol = "\u221e" },
    };

    public static TheoryData<string> Names => [.. Cultures.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_program_writes_the_same_files_and_messages(string name)
    {
        using var folder = new TemporaryFolder();
        Tiny.Corpus(folder.Path).Dispose();
        var (expected, found) = (Written(folder, "invariant/run", CultureInfo.InvariantCulture), Written(folder, $"{name}/run", Culture(name)));
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, pair => Assert.True(pair.Value == found[pair.Key], $"{pair.Key}\n{pair.Value}\n{found[pair.Key]}"));
    }

    private static CultureInfo Culture(string name)
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat = Cultures[name];
        return culture;
    }

    /// <summary>All that a program leaves behind and says, but for times.</summary>
    private static Dictionary<string, string> Written(TemporaryFolder folder, string run, CultureInfo culture)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return Written(folder[run], folder["texts.txt"]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static Dictionary<string, string> Written(string run, string texts)
    {
        var recipe = Tiny.Recipe with { Objective = new ObjectiveConfig { Alpha = 0, Kl = new AutoSchedule { Improvement = 0.5, Patience = 1 } } };
        var result = TextVaeTraining.Run(run, recipe, TrainingTexts.Files(texts));
        using var session = result.OpenSession();
        var written = new Dictionary<string, string>
        {
            ["samples"] = string.Join('\n', session.Sample(3)),
            ["notes"] = string.Join('\n', result.Notes),
            ["metrics.jsonl"] = string.Join('\n', File.ReadLines(Path.Combine(run, "metrics.jsonl")).Select(WithoutTimes)),
        };
        var encoded = session.Encode(File.ReadLines(texts).Take(5)).ToList();
        foreach (var extension in new[] { "npy", "parquet", "jsonl", "tsv" })
        {
            var path = Path.Combine(run, $"vectors.{extension}");
            TextVae.VectorFile.Write(path, encoded, session.LatentSize);
        }
        foreach (var path in Directory.GetFiles(run).Where(path => Path.GetFileName(path) != "metrics.jsonl"))
        {
            written[Path.GetFileName(path)] = Convert.ToHexString(File.ReadAllBytes(path));
        }
        var training = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(run, "training.json")))!;
        training.Remove("machine"); // other tests change the number of threads
        written["training.json"] = training.ToJsonString();
        foreach (var (number, action) in Refused(run, texts).Index())
        {
            written[$"refusal {number}"] = Assert.Throws<InvalidInputException>(action).Message.Replace(run, "RUN", StringComparison.Ordinal);
        }
        return written;
    }

    private static IEnumerable<Action> Refused(string run, string texts)
    {
        string[] changes =
        [
            "objective.alpha=-1.5", "objective.kl.weight=-0.5", "objective.freeBits=-0.25", "objective.inputDropout=1.5", "data.length=1", "data.vocabularySize=70000",
            "training.learningRate=-0.001", "training.decay.factor=1.25", "training.steps=-1", "model.meanScale=-0.5", "model.latent=-3",
        ];
        foreach (var change in changes)
        {
            yield return () => RecipeFile.Override(Tiny.Recipe, [change]);
        }
        yield return () => RecipeFile.Override(Tiny.Recipe with { Model = Tiny.Config with { MeanScale = 2.5 } }, ["objective.kl.schedule=target", "objective.kl.nats=1.5"]);
        yield return () => Corpus.Load(new DataConfig { Texts = TextKind.Windows, Length = 20_000 }, [texts]).Dispose();
        yield return () => TextVaeTraining.Run(run, Tiny.Recipe, TrainingTexts.Files(texts));
        var diverging = Tiny.Recipe with { Training = Tiny.Recipe.Training with { LearningRate = 1e30 } };
        yield return () => TextVaeTraining.Run($"{run}-diverging", diverging, TrainingTexts.Files(texts));
        yield return () => SavedModel.Load(Path.Combine(run, "none"));
    }

    private static string WithoutTimes(string line)
    {
        var figures = JsonNode.Parse(line)!.AsObject();
        figures.Remove("seconds");
        figures.Remove("characters_per_second");
        return figures.ToJsonString();
    }
}
