using TextVae.Data;
using TextVae.Storage;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>What <c>model.json</c> holds: with <c>vocabulary.json</c>, enough to rebuild the model and to read texts as it does.</summary>
public sealed record ModelFile
{
    /// <summary>The format that this version reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the run folder's format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>How texts become tokens; the files that they and the merges came from are left out.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The architecture.</summary>
    public ModelConfig Model { get; init; } = new();
}

/// <summary>A model on disk: model.json, vocabulary.json and model.safetensors in one folder (docs/formats.md).</summary>
/// <param name="Model">The model with its weights.</param>
/// <param name="Tokenizer">Its tokeniser.</param>
/// <param name="File">How it is built and how it reads texts.</param>
public sealed record SavedModel(TextVaeModel Model, ITokenizer Tokenizer, ModelFile File)
{
    /// <summary>The weights' file name.</summary>
    internal const string WeightsName = "model.safetensors";

    internal const string ModelName = "model.json";
    internal const string VocabularyName = "vocabulary.json";

    /// <summary>Rebuilds the model, ready to use.</summary>
    /// <exception cref="InvalidInputException">A file is missing, malformed or edited, or does not fit the others.</exception>
    public static SavedModel Load(string folder)
    {
        var path = Path.Combine(folder, ModelName);
        var file = JsonFile.Read<ModelFile>(path);
        if (file.Format != ModelFile.CurrentFormat)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: format is {file.Format}; expected {ModelFile.CurrentFormat}");
        }
        var tokenizer = TokenizerFactory.Create(file.Data.Tokenizer, Vocabulary.Load(Path.Combine(folder, VocabularyName)));
        var model = Build(path, file, tokenizer);
        ReadTensors(Path.Combine(folder, WeightsName), model.state_dict());
        model.eval();
        return new SavedModel(model, tokenizer, file);
    }

    private static TextVaeModel Build(string path, ModelFile file, ITokenizer tokenizer)
    {
        try
        {
            return new TextVaeModel(file.Model, file.Data.Length, tokenizer.Vocabulary.Count);
        }
        catch (InvalidInputException error) // A value that cannot be is here no fault of the user's command line.
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: {error.Message}", error);
        }
    }

    /// <summary>Writes what describes a model, all but the weights.</summary>
    internal static void WriteDescription(string folder, ModelFile file, Vocabulary vocabulary)
    {
        JsonFile.Write(Path.Combine(folder, ModelName), file with { Data = file.Data with { Source = null, Merges = null } });
        AtomicFile.Write(Path.Combine(folder, VocabularyName), vocabulary.Write);
    }

    /// <summary>Writes or replaces the weights.</summary>
    internal static void WriteWeights(string folder, TextVaeModel model) =>
        Safetensors.Write(Path.Combine(folder, WeightsName), model.state_dict());

    /// <summary>Fills tensors from a file that must hold just these, each of its shape.</summary>
    /// <exception cref="InvalidInputException">It does not; the message names the tensor.</exception>
    internal static void ReadTensors(string path, IEnumerable<KeyValuePair<string, Tensor>> into)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tensors = into.ToList();
        using var file = SafetensorsFile.Open(path);
        if (tensors.Select(tensor => tensor.Key).Except(file.Names).FirstOrDefault() is { } missing)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: tensor '{missing}' is missing; expected it, as {ModelName} describes the model");
        }
        if (file.Names.Except(tensors.Select(tensor => tensor.Key)).FirstOrDefault() is { } extra)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: found tensor '{extra}'; expected none of that name, as {ModelName} describes the model");
        }
        foreach (var (name, tensor) in tensors)
        {
            file.ReadInto(name, tensor);
        }
        if (FiniteTensors.FirstFault(tensors) is { } fault)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: tensor '{fault.Name}': found {fault.Found}; expected finite numbers");
        }
    }
}
