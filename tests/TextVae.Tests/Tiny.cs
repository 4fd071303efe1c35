using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Runs;
using static TorchSharp.torch;

namespace TextVae.Tests;

/// <summary>Small things that many tests start from.</summary>
internal static class Tiny
{
    public const int Length = 8;
    public const int Vocabulary = 11;

    public static ModelConfig Config { get; } = new()
    {
        Latent = 3,
        Encoder = new ConvolutionalEncoderConfig { Channels = [6, 7] },
        Expansion = new DeconvolutionalExpansionConfig { Channels = [7, 6], Features = 5 },
        Decoder = new LstmDecoderConfig { Hidden = 9 },
    };

    public static TextVaeModel Model(long seed = 1) => new(Config, Length, Vocabulary, seed);

    /// <summary>Texts of ids from 1 on, none of them padding, [batch, time].</summary>
    public static Tensor Tokens(int batch, ulong seed = 5)
    {
        using var generator = new Generator(seed);
        return randint(1, Vocabulary, [batch, Length], dtype: ScalarType.Int64, generator: generator);
    }

    public static Tensor Noise(int batch, ulong seed = 6)
    {
        using var generator = new Generator(seed);
        return randn(batch, Config.Latent, generator: generator);
    }

    public static ModelOutput Forward(TextVaeModel model, Tensor tokens, Tensor noise) =>
        model.Forward(TextBatch.Of(tokens), model.Previous(tokens), noise);

    /// <summary>The objective's terms as training computes them.</summary>
    public static LossTerms Terms(Objective objective, TextVaeModel model, TextBatch texts, Tensor noise) =>
        objective.Terms(model.Forward(texts, model.Previous(texts.Tokens), noise, objective.Positions(texts)), texts);

    public static Recipe Recipe { get; } = new()
    {
        Data = new DataConfig { Length = 16 },
        Model = Config,
        Objective = new ObjectiveConfig { Kl = new LinearSchedule { Start = 2, End = 10 } },
        Training = new TrainingConfig { Steps = 12, BatchSize = 4, ValidateEvery = 4, CheckpointEvery = 5, ReportEvery = 3, LearningRate = 0.01, Threads = 2 }, // two workers
    };

    /// <summary>A corpus of short lines in a file of a folder.</summary>
    public static Corpus Corpus(string folder)
    {
        var path = Path.Combine(folder, "texts.txt");
        File.WriteAllLines(path, Enumerable.Range(0, 300).Select(i => $"text {i * 7919 % 1000} ab"));
        return TextVae.Data.Corpus.Load(Recipe.Data, [path]);
    }
}
