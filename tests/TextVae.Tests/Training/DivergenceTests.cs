using TextVae.Data;
using TextVae.Models;
using TextVae.Runs;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Tests.Training;

public sealed class DivergenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Corpus _corpus;

    public DivergenceTests() => _corpus = Tiny.Corpus(_folder.Path);

    public void Dispose()
    {
        _corpus.Dispose();
        _folder.Dispose();
    }

    private static Recipe Aggressive { get; } =
        Tiny.Recipe with { Training = Tiny.Recipe.Training with { Aggressive = new AggressiveEncoder { Window = 1, MostUpdates = 3 } } };

    [Theory]
    [InlineData(false, null)]
    [InlineData(false, 1.0)]
    [InlineData(true, null)]
    public void A_step_whose_loss_is_not_finite_changes_no_weight_and_names_the_last_good_checkpoint(bool aggressive, double? clip)
    {
        var recipe = aggressive ? Aggressive : Tiny.Recipe; // saves after steps 5 and 10
        recipe = recipe with { Training = recipe.Training with { Clip = clip } };
        var spoiler = new Spoiler(8, "decoder.output.weight", weight => weight.mul_(1e38)); // finite, but what follows is not
        var (error, run) = Diverge(recipe, spoiler);

        Assert.StartsWith($"{run.Path}: step 9: the loss is ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("expected finite numbers: the last good checkpoint is step 5; go on from there with a smaller training.learningRate or training.clip", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, run.SavedStep);
        Assert.Equal(spoiler.Then, spoiler.AtTheEnd);
    }

    [Theory]
    [InlineData("decoder.output.weight", float.NaN)]
    [InlineData("encoder.convolutions.blocks.normalization1.running_mean", float.NegativeInfinity)]
    public void What_is_not_finite_is_never_saved(string name, float number)
    {
        var (error, run) = Diverge(Tiny.Recipe, new Spoiler(5, name, tensor => tensor.view(-1)[1] = number));

        Assert.Equal(FormattableString.Invariant(
            $"{run.Path}: step 5: tensor '{name}' has {number}; expected finite numbers: there is no checkpoint yet; begin again with a smaller training.learningRate or training.clip"), error.Message);
        Assert.Equal(0, run.SavedStep);
        Assert.False(File.Exists(run.At("model.safetensors")));
    }

    [Fact]
    public void The_best_weights_are_checked_before_they_replace_others()
    {
        var always = Tiny.Recipe with
        {
            Objective = Tiny.Recipe.Objective with { Kl = new TextVae.Objectives.ConstantSchedule() },
            Training = Tiny.Recipe.Training with { CheckpointEvery = 100 },
        };
        // A batch normalisation of infinite variance gives zeros, which are as good as any numbers.
        var (error, run) = Diverge(always, new Spoiler(4, "encoder.convolutions.blocks.normalization1.running_var", tensor => tensor.fill_(float.PositiveInfinity)));
        Assert.Contains("step 4: tensor 'encoder.convolutions.blocks.normalization1.running_var' has Infinity", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(run.At("model.safetensors")));
    }

    [Fact]
    public void A_checkpoint_beyond_rescue_is_named_and_without_it_the_run_goes_on()
    {
        var (error, run) = Diverge(Tiny.Recipe, new Spoiler(10, "decoder.output.weight", weight => weight.mul_(1e38))); // finite, and saved
        Assert.EndsWith("the last good checkpoint is step 10; go on from there with a smaller training.learningRate or training.clip", error.Message, StringComparison.Ordinal);

        var checkpoint = Path.GetFullPath(run.At("checkpoints/000000010"));
        Assert.EndsWith(
            $"expected finite numbers: no learning rate helps the checkpoint of step 10; delete {checkpoint} and go on from step 5 with a smaller training.learningRate or training.clip",
            Assert.Throws<InvalidInputException>(() => GoOn(run)).Message, StringComparison.Ordinal);
        Directory.Move(run.At("checkpoints/000000005"), _folder["5"]);
        Assert.EndsWith(
            $"no learning rate helps the checkpoint of step 10; delete {checkpoint}, the only one, and begin again with a smaller training.learningRate or training.clip",
            Assert.Throws<InvalidInputException>(() => GoOn(run)).Message, StringComparison.Ordinal);

        Directory.Move(_folder["5"], run.At("checkpoints/000000005"));
        Directory.Delete(checkpoint, recursive: true);
        Assert.True(GoOn(run));
        Assert.Equal(12, run.SavedStep);
    }

    private bool GoOn(RunFolder run)
    {
        using var trainer = new Trainer(Tiny.Recipe, _corpus, run, []);
        return trainer.Run(TestContext.Current.CancellationToken);
    }

    private (InvalidInputException Error, RunFolder Run) Diverge(Recipe recipe, Spoiler spoiler)
    {
        var run = new RunFolder(_folder["run"]);
        run.Begin(new TrainingFile { Recipe = recipe }, _corpus.Tokenizer.Vocabulary);
        using var trainer = new Trainer(recipe, _corpus, run, [spoiler]);
        var error = Assert.Throws<InvalidInputException>(() => trainer.Run(TestContext.Current.CancellationToken));
        spoiler.Look();
        Assert.Equal(InputKind.Divergence, error.Kind);
        return (error, run);
    }

    /// <summary>Changes a tensor of the model after a step.</summary>
    private sealed class Spoiler(long at, string name, Action<Tensor> change) : ITrainingObserver
    {
        private TextVaeModel? _model;

        public string Then { get; private set; } = "";

        public string AtTheEnd { get; private set; } = "";

        public void Started(TrainingStart start) => _model = start.Model;

        public void Stepped(long step)
        {
            if (step == at)
            {
                using (no_grad())
                {
                    change(_model!.state_dict()[name]);
                }
                Then = Weights();
            }
        }

        public void Look() => AtTheEnd = Weights();

        private string Weights() => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            [.. _model!.parameters().SelectMany(parameter => parameter.detach().bytes.ToArray())]));
    }
}
