using TextVae.Data;
using TextVae.Models;
using TextVae.Platform;
using TextVae.Storage;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Runs;

/// <summary>A run folder (docs/formats.md): what a training run leaves behind, and all that resuming it needs.</summary>
/// <param name="path">The folder; it need not exist before it is written to.</param>
public sealed class RunFolder(string path)
{
    private const string TextsProperty = "training texts"; // what errors call them
    private const string TrainingName = "training.json";
    private const string StateName = "state.json";
    private const string OptimizerName = "optimizer.safetensors";

    private readonly CheckpointStore _checkpoints = new(System.IO.Path.Combine(path, "checkpoints"));

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Where the texts are now that the model learned from; null: where training.json says.</summary>
    public TrainingTexts? TrainingTexts { get; init; }

    /// <summary>Whether a run has begun here.</summary>
    public bool Exists => File.Exists(At(TrainingName));

    /// <summary>The step of the newest checkpoint; 0 where there is none yet.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be read, or the checkpoint is none.</exception>
    public long SavedStep => _checkpoints.Latest() is { } latest ? ReadState(latest).Step : 0;

    /// <summary>Its checkpoints, newest first.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    internal IReadOnlyList<Checkpoint> Checkpoints => _checkpoints.All();

    /// <summary>The path of one of its files.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes what stands before the first step: model.json, vocabulary.json and training.json.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be created or written.</exception>
    public void Begin(TrainingFile training, Vocabulary vocabulary)
    {
        Create(Path);
        SavedModel.WriteDescription(Path, new ModelFile { Data = training.Recipe.Data, Model = training.Recipe.Model }, vocabulary);
        JsonFile.Write(At(TrainingName), training); // the last: with it, the run exists
    }

    /// <summary>How the run came about.</summary>
    /// <exception cref="InvalidInputException">training.json is missing or malformed, or has a value that cannot be.</exception>
    public TrainingFile ReadTraining() => JsonFile.Read<TrainingFile>(At(TrainingName), training => training.Recipe.Validate());

    /// <summary>The texts that the model learned from and was validated by, opened again.</summary>
    /// <param name="tokenizer">The run's.</param>
    /// <exception cref="InvalidInputException">training.json or the texts are missing or malformed; or the texts have changed, or came from standard input or a program's memory.</exception>
    public Corpus OpenCorpus(ITokenizer tokenizer)
    {
        var training = ReadTraining();
        if (TrainingTexts is null && training.DataPaths.Contains(TextFile.StandardInput))
        {
            throw Refused($"{Path}: found a run whose training texts came from standard input; expected files, which can be read again");
        }
        if (TrainingTexts is null && training.TextsWereInMemory)
        {
            throw Refused($"{Path}: found a run whose training texts a program gave from its memory; expected files, which can be read again");
        }
        var corpus = Load(training, tokenizer);
        if (corpus.Fingerprint != training.DataFingerprint)
        {
            corpus.Dispose();
            throw Refused($"{(training with { DataPaths = TrainingTexts?.Paths ?? training.DataPaths }).SourcesInWords}: found fingerprint {corpus.Fingerprint}; expected {training.DataFingerprint}: {(TrainingTexts is null ? "the texts have changed since the model learned from them" : "these are not the texts that the model learned from")}");
        }
        return corpus;
    }

    /// <summary>Replaces the weights to use.</summary>
    public void WriteWeights(TextVaeModel model) => SavedModel.WriteWeights(Path, model);

    /// <summary>Creates a folder for a run, where there is none.</summary>
    /// <exception cref="InvalidInputException">It cannot be created.</exception>
    internal static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: found no folder and could not create it ({Disk.Reason(error)}); expected a place for a run folder", error);
        }
    }

    /// <summary>Saves all that a resumed run needs.</summary>
    internal void SaveCheckpoint(TrainingState state, TextVaeModel model, IEnumerable<KeyValuePair<string, Tensor>> optimizer) => _checkpoints.Save(state.Step, folder =>
    {
        SavedModel.WriteWeights(folder, model);
        Safetensors.Write(System.IO.Path.Combine(folder, OptimizerName), optimizer);
        JsonFile.Write(System.IO.Path.Combine(folder, StateName), state);
    });

    /// <summary>Compares the newest checkpoint's weights with a model that has not been built yet, so that none of another size is.</summary>
    /// <exception cref="InvalidInputException">Its weights are not those of such a model, or are no whole file.</exception>
    internal void RequireCheckpointOf(ModelConfig model, ModelShape shape)
    {
        if (_checkpoints.Latest() is { } latest)
        {
            SavedModel.OpenWeights(latest.Path, model, shape).Dispose();
        }
    }

    /// <summary>Restores the newest checkpoint into a model and an optimiser's tensors.</summary>
    /// <param name="model">Takes the weights.</param>
    /// <param name="optimizer">Takes the optimiser's.</param>
    /// <param name="ranks">Processes that all come here: the newest checkpoint is the one that rank 0 finds. Null where there are no others.</param>
    /// <returns>Its state, or null where there is none yet.</returns>
    /// <exception cref="InvalidInputException">A file is malformed, edited, or does not fit; or this process does not see it.</exception>
    internal TrainingState? LoadCheckpoint(TextVaeModel model, IEnumerable<KeyValuePair<string, Tensor>> optimizer, Ranks? ranks = null)
    {
        if (Newest(ranks ?? Ranks.Alone) is not { } latest)
        {
            return null;
        }
        var state = ReadState(latest);
        SavedModel.ReadTensors(System.IO.Path.Combine(latest.Path, SavedModel.WeightsName), model.state_dict());
        SavedModel.ReadTensors(System.IO.Path.Combine(latest.Path, OptimizerName), optimizer);
        return state;
    }

    private Corpus Load(TrainingFile training, ITokenizer tokenizer)
    {
        try
        {
            return TrainingTexts is null ? Corpus.Load(training.Recipe.Data, training.DataPaths, tokenizer) : Corpus.Load(training.Recipe.Data, TrainingTexts, tokenizer);
        }
        catch (InvalidInputException error) when (error.Property is null)
        {
            throw new InvalidInputException(error.Kind, error.Message, error) { Property = TextsProperty };
        }
    }

    private static InvalidInputException Refused(string message) => new(InputKind.Data, message) { Property = TextsProperty };

    private Checkpoint? Newest(Ranks ranks)
    {
        const long None = -1;
        var step = ranks.Broadcast(ranks.Rank == 0 ? _checkpoints.Latest()?.Step ?? None : None);
        return step == None ? null : _checkpoints.All().FirstOrDefault(checkpoint => checkpoint.Step == step) ?? throw new InvalidInputException(
            InputKind.RunFolder, $"{Path}: process {ranks.Rank} of {ranks.Count} found no checkpoint of step {step}, from which process 0 goes on; expected a folder that all processes see");
    }

    private static TrainingState ReadState(Checkpoint checkpoint) =>
        JsonFile.Read<TrainingState>(System.IO.Path.Combine(checkpoint.Path, StateName), state => state.Validate(checkpoint.Step));
}
