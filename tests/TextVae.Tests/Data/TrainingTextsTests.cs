using TextVae.Data;

namespace TextVae.Tests.Data;

public class TrainingTextsTests
{
    private static readonly DataConfig Lines = new() { Length = 16 };

    /// <summary>Texts that end with their class; some of them empty or too long, with a class that no other has.</summary>
    private static IEnumerable<(string Text, string Label)> Texts() => Enumerable.Range(0, 300).Select(number =>
        number % 50 == 7 ? ("", "left out") : number % 50 == 8 ? ("much longer than the length", "left out")
        : number % 3 == 0 ? ($"text {number} b", "b") : ($"text {number} a", "a"));

    private static void LabelsAreThoseOfTheTexts(Corpus corpus)
    {
        foreach (var dataset in new[] { corpus.Train, corpus.Validation, corpus.Test! })
        {
            Assert.Equal(["a", "b", "left out"], dataset.Classes);
            var texts = dataset.Read([.. Enumerable.Range(0, (int)dataset.Count).Select(index => (long)index)]);
            Assert.Equal(
                Enumerable.Range(0, texts.Count).Select(row => corpus.Tokenizer.Decode(texts[row])[^1..]),
                texts.Labels!.Select(label => dataset.Classes[label]));
        }
        Assert.Equal([0, 1], new TrainingSampler(corpus.Train, 200, seed: 3).Read(0).Labels!.Distinct().Order());
    }

    [Fact]
    public void Labels_stay_with_their_texts_whatever_is_left_out_and_whether_the_tokens_are_cached()
    {
        using var folder = new TemporaryFolder();
        var texts = TrainingTexts.OfLabelled(Texts());
        for (var time = 0; time < 2; time++)
        {
            using var corpus = Corpus.Load(Lines, texts);
            LabelsAreThoseOfTheTexts(corpus);
        }
        foreach (var file in Directory.GetFiles(folder.Cache, "*.tokens"))
        {
            var bytes = File.ReadAllBytes(file);
            bytes.AsSpan()[^160..^60].Clear(); // labels, in the middle of them
            File.WriteAllBytes(file, bytes);
        }
        using var again = Corpus.Load(Lines, texts);
        LabelsAreThoseOfTheTexts(again);
    }

    [Fact]
    public async Task Equal_texts_and_labels_are_the_same_data_and_others_are_not()
    {
        using var folder = new TemporaryFolder();
        static string Fingerprint(TrainingTexts texts)
        {
            using var corpus = Corpus.Load(Lines, texts);
            return corpus.Fingerprint;
        }
        var texts = Texts().ToList();
        var plain = Fingerprint(TrainingTexts.Of(texts.Select(text => text.Text)));
        var labelled = Fingerprint(TrainingTexts.OfLabelled(texts));
        Assert.Equal(plain, Fingerprint(await TrainingTexts.OfAsync(texts.Select(text => text.Text).ToAsyncEnumerable(), TestContext.Current.CancellationToken)));
        Assert.Equal(labelled, Fingerprint(await TrainingTexts.OfLabelledAsync(texts.ToAsyncEnumerable(), TestContext.Current.CancellationToken)));
        Assert.NotEqual(plain, labelled);
        Assert.NotEqual(labelled, Fingerprint(TrainingTexts.OfLabelled([(texts[0].Text, "a"), .. texts[1..]])));
    }

    [Fact]
    public void Running_text_is_every_text_and_a_line_feed()
    {
        using var folder = new TemporaryFolder();
        var config = new DataConfig { Texts = TextKind.Windows, Length = 8 };
        string[] texts = [.. Enumerable.Range(0, 100).Select(number => $"text {number}")];
        using var given = Corpus.Load(config, TrainingTexts.Of(texts));
        using var file = Corpus.Load(config, TrainingTexts.Files(folder.Write("a.txt", string.Join('\n', texts) + "\n")));
        Assert.Equal(file.Tokenizer.Vocabulary.Tokens, given.Tokenizer.Vocabulary.Tokens);
        Assert.Equal(file.Train.Count, given.Train.Count);
        Refusal.Is(InputKind.Usage, () => Corpus.Load(config, TrainingTexts.OfLabelled(Texts())), "data.texts is Windows; expected lines, as the texts have labels");
    }

    [Fact]
    public void What_is_no_text_is_refused()
    {
        Refusal.Is(InputKind.Data, () => TrainingTexts.Of(["one", null!]), "text 2 is null");
        Refusal.Is(InputKind.Data, () => TrainingTexts.Of(["\ud83d alone"]), "text 1", "half of a surrogate pair");
        Refusal.Is(InputKind.Data, () => TrainingTexts.OfLabelled([("one", null!)]), "the label of text 1 is null");
        Refusal.Is(InputKind.Usage, () => TrainingTexts.Files(), "paths", "expected a file or a folder");
        Refusal.Is(InputKind.Usage, () => Corpus.Load(Lines with { Column = "text" }, TrainingTexts.Of(["one"])), "data.column");
    }
}
