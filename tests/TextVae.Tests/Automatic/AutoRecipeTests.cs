using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Tests.Data;

namespace TextVae.Tests.Automatic;

public class AutoRecipeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(20);
    private static readonly string[] Fixed = ["training.steps=40"]; // so that nothing is measured

    private static TrainingTexts OfLengths(params int[] lengths) =>
        TrainingTexts.Of(Enumerable.Range(0, 600).Select(i => $"{i:000}" + new string((char)('a' + i % 20), lengths[i % lengths.Length] - 3)));

    private static Recipe For(TrainingTexts texts, params string[] overrides) => AutoRecipe.For(texts, Short, [.. Fixed, .. overrides]).Recipe;

    [Theory]
    [InlineData(8, 12, 2)]
    [InlineData(40, 48, 3)]
    [InlineData(110, 112, 4)]
    [InlineData(300, 320, 5)]
    public void The_length_covers_the_texts_and_is_a_multiple_of_what_the_layers_need(int longest, int length, int layers)
    {
        var recipe = For(OfLengths(5, longest));
        Assert.Equal(length, recipe.Data.Length);
        Assert.Equal(layers, Assert.IsType<ConvolutionalEncoderConfig>(recipe.Model.Encoder).Channels.Count);
        recipe.Validate();
    }

    [Theory]
    [InlineData(30, 32)] // hardly longer than the rest: it fits
    [InlineData(200, 24)] // it is cut, as the rest would be padded eightfold
    public void One_long_text_of_many_does_not_make_all_long(int longest, int length) =>
        Assert.Equal(length, For(OfLengths([.. Enumerable.Repeat(20, 299), longest])).Data.Length);

    [Fact]
    public void Texts_of_any_length_can_be_trained_on_and_the_longest_are_cut()
    {
        var recipe = For(OfLengths(2_000));
        Assert.Equal((512, LongTexts.Cut), (recipe.Data.Length, recipe.Data.Longer));
        using var corpus = Corpus.Load(recipe.Data, OfLengths(2_000));
        Assert.NotEqual(0, corpus.Train.Count);
    }

    [Fact]
    public void Schedules_are_in_proportion_to_the_steps()
    {
        var (some, more) = (For(OfLengths(20), "training.steps=1000"), For(OfLengths(20), "training.steps=10000"));
        var (first, second) = (Assert.IsType<LinearSchedule>(some.Objective.Kl), Assert.IsType<LinearSchedule>(more.Objective.Kl));
        Assert.Equal(10 * first.End, second.End);
        Assert.Equal(10 * some.Training.Decay.After, more.Training.Decay.After);
        Assert.True(first.End < some.Training.Steps);
        Assert.True(more.Objective.FreeBits > 0 && more.Training.WeightDecay > For(OfLengths(20)).Training.WeightDecay); // many passes
        Assert.Equal(0, For(OfLengths(20), "training.steps=10000", "objective.kl.schedule=target").Objective.FreeBits);
        Assert.Equal(0.1, Assert.IsType<TargetSchedule>(For(OfLengths(20), "training.steps=33", "objective.kl.schedule=target").Objective.Kl).Integral, 0.01);
        Assert.Equal(250, Assert.IsType<CyclicalSchedule>(For(OfLengths(20), "training.steps=1000", "objective.kl.schedule=cyclical").Objective.Kl).Period);
    }

    [Fact]
    public void What_is_given_is_kept_and_the_rest_fits_it()
    {
        var recipe = For(OfLengths(20), "data.length=100", "model.latent=7", "training.batchSize=5", "objective.kl.schedule=target", "objective.kl.nats=4", "objective.alpha=0.3", "data.long=split");
        Assert.Equal((100, 7, 5, LongTexts.Split), (recipe.Data.Length, recipe.Model.Latent, recipe.Training.BatchSize, recipe.Data.Longer));
        Assert.Equal(0.3, recipe.Objective.Alpha);
        Assert.Equal(4, Assert.IsType<TargetSchedule>(recipe.Objective.Kl).Nats);
        Assert.Equal(2, Assert.IsType<ConvolutionalEncoderConfig>(recipe.Model.Encoder).Channels.Count); // 100 can be halved twice
        Refusal.Is(InputKind.Usage, () => For(OfLengths(20), "model.size=3"), "unknown key 'model.size'");
    }

    [Fact]
    public void A_decoder_whose_size_is_given_keeps_it_however_short_the_time()
    {
        var recipe = AutoRecipe.For(OfLengths(8), TimeSpan.FromMilliseconds(1), ["model.decoder.hidden=192"]).Recipe;
        Assert.Equal(192, recipe.Model.Decoder.StateSize);
        Assert.Equal(128, AutoRecipe.For(OfLengths(8), TimeSpan.FromMilliseconds(1)).Recipe.Model.Decoder.StateSize);
    }

    [Theory]
    [InlineData("characters", 40, 0.2)] // the paper's
    [InlineData("words", 5, 0.2)]
    [InlineData("words", 24, 0.42)] // 24 words and an end, of 60
    [InlineData("words", 90, 0.5)]
    public void The_features_of_long_texts_of_words_have_to_predict_more_of_them(string tokenizer, int words, double alpha) =>
        Assert.Equal(alpha, For(TrainingTexts.Of(Enumerable.Range(0, 300).Select(i => string.Join(' ', Enumerable.Repeat($"{i % 9}", words)))), $"data.tokenizer={tokenizer}").Objective.Alpha);

    [Fact]
    public void Words_are_counted_as_words()
    {
        var texts = TrainingTexts.Of(Enumerable.Range(0, 300).Select(i => $"some words and the number {i % 9}"));
        Assert.Equal(8, For(texts, "data.tokenizer=words").Data.Length);
    }

    [Fact]
    public void Running_text_is_read_in_windows()
    {
        var recipe = For(TrainingTexts.Of(Enumerable.Range(0, 300).Select(i => $"line {i}")), "data.texts=windows");
        Assert.Equal((64, LongTexts.Drop), (recipe.Data.Length, recipe.Data.Longer));
    }

    [Fact]
    public void Twelve_sentences_train_with_a_warning()
    {
        using var folder = new TemporaryFolder();
        var texts = TrainingTexts.Of(Enumerable.Range(0, 12).Select(i => $"This is sentence {i}."));
        var chosen = AutoRecipe.For(texts, Short, ["training.steps=6", "model.decoder.hidden=8"]);
        Assert.Contains(chosen.Reasons, reason => reason.Contains("are few", StringComparison.Ordinal));
        var result = TextVaeTraining.Run(folder["run"], chosen.Recipe, texts);
        Assert.True(result.IsFinished);
        using var session = result.OpenSession();
        Assert.Equal(2, session.Sample(2).Count());
    }

    [Fact]
    public void The_steps_are_as_many_as_the_time_allows_and_the_texts_can_teach()
    {
        string[] small = ["model.decoder.hidden=8", "model.encoder.channels=[8,8]", "model.expansion.channels=[8,8]", "model.expansion.features=8", "training.threads=1"];
        var few = AutoRecipe.For(OfLengths(8), Short, small);
        Assert.True(few.Duration < Short);
        Assert.InRange(few.Recipe.Training.Steps, 10, 1_000); // by heart after a few hundred
        Assert.NotNull(few.Recipe.Training.Patience);
        Assert.Equal(5, few.Reasons.Count);
    }
}
