using TextVae.Models;
using TextVae.Runs;
using TextVae.Scoring;
using TextVae.Storage;
using TextVae.Training;

namespace TextVae.Tests.Fuzzing;

/// <summary>Every file of a run folder, damaged in many ways (<c>TEXTVAE_FUZZ=100000</c> for a hundred thousand).</summary>
public sealed class RunFolderFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RunFolder _run;

    public RunFolderFuzzTests()
    {
        _run = new RunFolder(_folder["run"]);
        using var corpus = Tiny.Corpus(_folder.Path);
        _run.Begin(new TrainingFile { Recipe = Tiny.Recipe }, corpus.Tokenizer.Vocabulary);
        using var metrics = new MetricsLog();
        using var trainer = new Trainer(Tiny.Recipe, corpus, _run, [metrics]);
        trainer.Run();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_model_is_refused_or_loads() => Fuzz.Files(
    [
        .. new[] { SavedModel.ModelName, SavedModel.VocabularyName, SavedModel.WeightsName }
            .Select(name => (_run.At(name), (Action)(() => SavedModel.Load(_run.Path).Model.Dispose()))),
    ]);

    [Fact]
    public void A_damaged_description_log_or_distribution_is_refused_or_read()
    {
        var scores = _run.At("validation-scores.elbo.json");
        JsonFile.Write(scores, new ValidationScoresFile { WeightsSha256 = "00", Texts = 3, BitsPerCharacter = [1, 2.5, 3] });
        var metrics = _run.At("metrics.jsonl");
        Fuzz.Files(
        [
            (_run.At("training.json"), () => _run.ReadTraining()),
            (scores, () => JsonFile.Read<ValidationScoresFile>(scores)),
            (metrics, () => MetricsHistory.Forget(metrics, stepsDone: 12, owesValidation: true)),
        ]);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_or_resumed()
    {
        using var corpus = Tiny.Corpus(_folder.Path);
        var model = new TextVaeModel(Tiny.Recipe.Model, Tiny.Recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count);
        using var adam = new Adam(model.named_parameters());
        Fuzz.Files(
        [
            .. new[] { "state.json", "model.safetensors", "optimizer.safetensors" }.Select(name =>
                (Path.Combine(_run.At("checkpoints"), "000000012", name), (Action)(() => _run.LoadCheckpoint(model, adam.State)))),
        ]);
    }

    [Fact]
    public void A_damaged_archive_is_refused_or_loads()
    {
        var path = _folder["model.textvae"];
        ModelArchive.Pack(_run.Path, path);
        Fuzz.Files(
        [
            (path, () =>
            {
                using var archive = ModelArchive.OpenFile(path);
                using var files = ModelArchive.Unpack(archive, "model");
                files.Load().Model.Dispose();
            }),
        ]);
    }
}
