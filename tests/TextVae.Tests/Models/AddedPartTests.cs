using TextVae.Data;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Runs;
using TextVae.SampleParts;
using TextVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

/// <summary>A decoder of another assembly, which sees nothing but the public API, does all that the library's own do.</summary>
public class AddedPartTests
{
    private const string Name = "transformer";

    private static readonly TransformerDecoderConfig Small = new() { Layers = 2, Heads = 2, Width = 8, Dropout = 0.2 };

    private static readonly Dictionary<string, ModelConfig> Models = new()
    {
        ["hybrid"] = Tiny.Config with { Decoder = Small },
        ["language model"] = new() { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig(), Decoder = Small },
    };

    static AddedPartTests() => DecoderConfig.Kinds.Add<TransformerDecoderConfig>(Name);

    public static TheoryData<string> Names => [.. Models.Keys];

    private static TextVaeModel Build(string name) => new(Models[name], Tiny.Length, Tiny.Vocabulary, seed: 1);

    [Fact]
    public void It_is_named_in_a_recipe_trained_stopped_resumed_saved_loaded_and_sampled()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        File.WriteAllText(folder["mine.json"], """
            {
              "data": { "length": 16 },
              "model": {
                "latent": 3, "encoder": { "channels": [6, 7] }, "expansion": { "channels": [7, 6], "features": 5 },
                "decoder": { "kind": "transformer", "layers": 2, "heads": 2, "width": 8, "dropout": 0.2 }
              },
              "training": { "steps": 20, "batchSize": 4, "validateEvery": 10, "checkpointEvery": 5, "learningRate": 0.01 }
            }
            """);
        var recipe = RecipeFile.Load(folder["mine.json"]);
        Assert.Equal(Small, recipe.Model.Decoder);

        var whole = Train(folder["whole"], recipe, corpus, CancellationToken.None);
        var pieces = Train(folder["pieces"], recipe, corpus, new CancellationToken(canceled: true));
        Assert.Equal(File.ReadAllBytes(whole.At(SavedModel.WeightsName)), File.ReadAllBytes(pieces.At(SavedModel.WeightsName)));

        Assert.Equal(Small, whole.ReadTraining().Recipe.Model.Decoder);
        using var session = TextVaeSession.Load(whole.Path);
        var texts = session.Sample(5, new SamplingOptions { Temperature = 1 }).ToList();
        Assert.Equal(5, texts.Count);
        Assert.Equal(texts, session.Sample(5, new SamplingOptions { Temperature = 1 }));
    }

    private static RunFolder Train(string folder, Recipe recipe, Corpus corpus, CancellationToken stop)
    {
        var run = new RunFolder(folder);
        run.Begin(new TrainingFile { Recipe = recipe }, corpus.Tokenizer.Vocabulary);
        while (!new Trainer(recipe, corpus, run, []).Run(stop))
        {
        }
        return run;
    }

    [Fact]
    public void A_run_whose_decoder_nobody_has_added_is_refused_with_the_known_kinds()
    {
        using var folder = new TemporaryFolder();
        using (TinySession.Train(folder))
        {
        }
        var path = folder["run/model.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"kind\": \"lstm\"", "\"kind\": \"mamba\"", StringComparison.Ordinal));
        var error = Assert.Throws<InvalidInputException>(() => SavedModel.Load(folder["run"]));
        Assert.Equal(InputKind.RunFolder, error.Kind);
        Assert.Matches($"^{path}: line \\d+: model\\.decoder\\.kind: found 'mamba'; expected one of lstm, bytenet, parallel", error.Message);
    }

    [Fact]
    public void A_part_without_a_name_is_refused_before_a_run_folder_begins()
    {
        using var folder = new TemporaryFolder();
        var recipe = Tiny.Recipe with { Model = Tiny.Config with { Decoder = new Unnamed() } };
        var error = Assert.Throws<InvalidInputException>(() => TextVaeTraining.Run(folder["run"], recipe, TrainingTexts.BuiltIn));
        Assert.StartsWith("model.decoder is Unnamed; expected a kind that has a name, as DecoderConfig.Kinds.Add gives it: lstm", error.Message);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_name_has_one_type_and_a_type_one_name()
    {
        DecoderConfig.Kinds.Add<TransformerDecoderConfig>(Name); // once more changes nothing
        Assert.Single(DecoderConfig.Kinds.Names, Name);
        Assert.Contains("'lstm'", Assert.Throws<ArgumentException>(() => DecoderConfig.Kinds.Add<Unnamed>("lstm")).Message);
        Assert.Throws<ArgumentException>(() => DecoderConfig.Kinds.Add<TransformerDecoderConfig>("gpt"));
    }

    [Fact]
    public void A_schedule_can_be_added_too_even_after_recipes_were_read()
    {
        const string Change = "objective.kl.schedule=halves";
        Assert.Throws<InvalidInputException>(() => RecipeFile.Load("ptb-hybrid", [Change]));
        KlSchedule.Kinds.Add<Halves>("halves");
        Assert.Equal(0.25, RecipeFile.Load("ptb-hybrid", [Change, "objective.kl.every=10"]).Objective.Kl.Beta(21, new KlScheduleState()));
    }

    // In float64 by torch's own operations, as on another device.
    [Theory]
    [MemberData(nameof(Names))]
    public void Generation_step_by_step_gives_the_logits_of_teacher_forcing(string name)
    {
        using var scope = NewDisposeScope();
        var model = Build(name);
        using var evaluation = new EvaluationMode(model);
        var tokens = Tiny.Tokens(4);
        var previous = model.Previous(tokens);
        foreach (var type in new[] { float32, float64 })
        {
            model.to(type);
            var z = Tiny.Noise(4).narrow(1, 0, model.Shape.Latent).to(type);
            var expected = model.Decode(z, previous).Logits;
            var decoder = model.Prepare().Begin(z);
            for (var t = 0; t < Tiny.Length + 3; t++) // each text three positions behind the one before, in turn
            {
                long[] at = [.. Enumerable.Range(0, 4).Select(text => (long)int.Clamp(t - text, 0, Tiny.Length - 1))];
                var logits = decoder.Next([.. at.Select((position, text) => previous[text, position].item<long>())], at);
                var rows = stack([.. at.Select((position, text) => expected[text, position])]);
                Assert.True(allclose(rows, logits, rtol: 1e-4, atol: 1e-5));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_sees_the_past_but_not_the_future(string name)
    {
        using var scope = NewDisposeScope();
        var model = Build(name);
        using var evaluation = new EvaluationMode(model);
        var tokens = Tiny.Tokens(1);
        var changed = tokens.clone();
        changed[0, 5] = tokens[0, 5] % (Tiny.Vocabulary - 1) + 1;
        var z = Tiny.Noise(1).narrow(1, 0, model.Shape.Latent);

        var difference = (model.Decode(z, model.Previous(tokens)).Logits - model.Decode(z, model.Previous(changed)).Logits).abs().amax([0, 2]).data<float>().ToArray();

        Assert.All(difference[..6], change => Assert.Equal(0, change));
        Assert.All(difference[6..], change => Assert.True(change > 0));
    }

    [Fact]
    public void Its_dropout_is_a_function_of_the_seed_of_the_step_and_ends_with_training()
    {
        using var scope = NewDisposeScope();
        var model = Build("language model");
        Tensor Logits(ulong seed)
        {
            model.SetSeed(seed);
            return Tiny.Forward(model, Tiny.Tokens(2), zeros(2, 0)).Logits;
        }
        Assert.True(Logits(1).equal(Logits(1)).all().item<bool>());
        Assert.False(Logits(1).equal(Logits(2)).all().item<bool>());
        using var evaluation = new EvaluationMode(model);
        Assert.True(Logits(1).equal(Logits(2)).all().item<bool>());
    }

    [Fact]
    public void Its_products_follow_the_precision_and_are_not_counted()
    {
        using var scope = NewDisposeScope();
        var model = Build("hybrid");
        Assert.Null(Models["hybrid"].Count(model.Shape));
        var blocks = model.modules().OfType<IHasMatrixPrecision>().Where(layer => layer.GetType().Name == "TransformerBlock").ToList();
        Assert.Equal(2, blocks.Count);
        foreach (var (precision, products) in new[] { (Precision.BFloat16, MatrixPrecision.BFloat16), (Precision.Float32, MatrixPrecision.Float32) })
        {
            model.SetPrecision(precision);
            Assert.All(blocks, block => Assert.Equal(products, block.Precision));
            Assert.Equal(precision, model.PrecisionInUse);
        }
    }

    private sealed record Unnamed : DecoderConfig
    {
        public override Decoder Build(ModelShape shape, int features) => throw new NotSupportedException();

        public override void Validate()
        {
        }
    }

    private sealed record Halves : KlSchedule
    {
        public int Every { get; init; } = 100;

        public override double Beta(long step, KlScheduleState state) => Math.Pow(0.5, (step - 1) / Every);
    }
}
