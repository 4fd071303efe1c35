using System.Numerics;
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

    /// <summary>Refuses what this version cannot read, and what makes no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    internal void Validate()
    {
        Check.That(Format == CurrentFormat, "format", Format, $"{CurrentFormat}");
        Data.Validate();
        Model.Validate(Data.Length);
    }
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

    private const string VocabularyKey = "vocabulary_sha256";

    /// <summary>SHA-256 of the weights' data, in hexadecimal digits.</summary>
    internal string WeightsSha256 { get; init; } = "";

    /// <summary>The priors that lie beside it.</summary>
    internal AvailablePriors Priors { get; init; } = new();

    /// <summary>Rebuilds the model, ready to use.</summary>
    /// <exception cref="InvalidInputException">A file is missing, malformed or edited, or does not fit the others.</exception>
    public static SavedModel Load(string folder)
    {
        var (file, vocabulary, tokenizer) = ReadDescription(folder);
        using var weights = OpenWeights(folder, file.Model, ShapeOf(file, vocabulary));
        RequireVocabulary(weights, vocabulary, Path.Combine(folder, VocabularyName));
        var model = Guard(folder, () => new TextVaeModel(file.Model, file.Data.Length, vocabulary.Count));
        try
        {
            ReadTensors(weights, model.state_dict());
        }
        catch
        {
            model.Dispose();
            throw;
        }
        model.eval();
        return new SavedModel(model, tokenizer, file) { WeightsSha256 = weights.DataSha256, Priors = AvailablePriors.Read(folder, file.Model.Latent, weights.DataSha256) };
    }

    /// <summary>Opens the weights in a folder, which must be those of a model that need not have been built.</summary>
    /// <exception cref="InvalidInputException">They are not, or are no whole file.</exception>
    internal static SafetensorsFile OpenWeights(string folder, ModelConfig model, ModelShape shape) =>
        SafetensorsFile.Open(Path.Combine(folder, WeightsName), model.Tensors(shape), name => model.MayHold(name, shape));

    /// <summary>The most bytes that the weights have which the other two files in a folder describe; null where a part does not say its tensors.</summary>
    /// <exception cref="InvalidInputException">One of the two is missing, malformed or edited, or this process may not use so much memory.</exception>
    internal static BigInteger? MostWeightBytes(string folder)
    {
        var (file, vocabulary, _) = ReadDescription(folder);
        var shape = ShapeOf(file, vocabulary);
        return Guard(folder, () =>
        {
            var size = ModelSize.Of(file.Model, shape);
            size.RequireMemory(copies: 1, more: 0, "the model");
            return file.Model.SaysTensors(shape) ? size.Bytes + SafetensorsFormat.MaxOtherBytes : (BigInteger?)null;
        });
    }

    private static (ModelFile File, Vocabulary Vocabulary, ITokenizer Tokenizer) ReadDescription(string folder)
    {
        var file = JsonFile.Read<ModelFile>(Path.Combine(folder, ModelName), file => file.Validate());
        var (vocabulary, tokenizer) = ReadVocabulary(Path.Combine(folder, VocabularyName), file.Data.Tokenizer);
        return (file, vocabulary, tokenizer);
    }

    private static ModelShape ShapeOf(ModelFile file, Vocabulary vocabulary) => new(file.Data.Length, vocabulary.Count, file.Model.Latent);

    private static (Vocabulary Vocabulary, ITokenizer Tokenizer) ReadVocabulary(string path, string kind)
    {
        var vocabulary = Vocabulary.Load(path);
        try
        {
            return (vocabulary, TokenizerFactory.Create(kind, vocabulary));
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: {error.Message}", error);
        }
    }

    private static void RequireVocabulary(SafetensorsFile weights, Vocabulary vocabulary, string path)
    {
        if (weights.Metadata.TryGetValue(VocabularyKey, out var expected) && vocabulary.Sha256() is var found && found != expected)
        {
            throw new InvalidInputException(InputKind.RunFolder,
                $"{path}: found tokens of SHA-256 {found}; expected {SafetensorsFormat.Quote(expected)}, as {weights.Path} says: they are others, or in another order, than the weights were trained with");
        }
    }

    private static T Guard<T>(string folder, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidInputException error) // such as too little memory
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{Path.Combine(folder, ModelName)}: {error.Message}", error);
        }
    }

    /// <summary>Writes what describes a model, all but the weights.</summary>
    internal static void WriteDescription(string folder, ModelFile file, Vocabulary vocabulary)
    {
        JsonFile.Write(Path.Combine(folder, ModelName), file with { Data = file.Data with { Source = null, Merges = null } });
        AtomicFile.Write(Path.Combine(folder, VocabularyName), vocabulary.Write);
    }

    /// <summary>Writes or replaces the weights; they name the vocabulary that lies beside them, if one does.</summary>
    internal static void WriteWeights(string folder, TextVaeModel model)
    {
        var vocabulary = Path.Combine(folder, VocabularyName);
        Dictionary<string, string> metadata = System.IO.File.Exists(vocabulary) ? new() { [VocabularyKey] = Vocabulary.Load(vocabulary).Sha256() } : [];
        Safetensors.Write(Path.Combine(folder, WeightsName), model.state_dict(), metadata);
    }

    /// <summary>Fills tensors from a file that must hold just these, each of its shape.</summary>
    /// <exception cref="InvalidInputException">It does not; the message names the tensor.</exception>
    internal static void ReadTensors(string path, IEnumerable<KeyValuePair<string, Tensor>> into)
    {
        var tensors = into.ToList();
        using var file = SafetensorsFile.Open(path, tensors.Select(tensor => new TensorShape(tensor.Key, tensor.Value.dtype, tensor.Value.shape)));
        ReadTensors(file, tensors);
    }

    private static void ReadTensors(SafetensorsFile file, IReadOnlyCollection<KeyValuePair<string, Tensor>> tensors)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        foreach (var (name, tensor) in tensors)
        {
            file.ReadInto(name, tensor);
        }
        if (FiniteTensors.FirstFault(tensors) is { } fault)
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{file.Path}: tensor '{fault.Name}': found {fault.Found}; expected finite numbers");
        }
    }
}
