using TextVae.Generation;
using TextVae.Models;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

/// <summary>Small models of each kind of decoder that prefer some texts clearly, untrained as they are.</summary>
internal static class TinyWriters
{
    public const int Length = 4;
    public const int End = 2;

    public static CharacterTokenizer Tokenizer { get; } = new(new Vocabulary(["<pad>", "<unk>", "<end>", "a", "b"]));

    private static readonly Dictionary<string, ModelConfig> Configs = new()
    {
        ["hybrid"] = Tiny.Config,
        ["bytenet"] = Tiny.Config with { Decoder = new ByteNetDecoderConfig { Layers = 2, Channels = 6 } },
        ["parallel"] = Tiny.Config with { Decoder = new ParallelDecoderConfig() },
        ["lstm vae"] = Tiny.Config with { Encoder = new LstmEncoderConfig { Hidden = 9 }, Expansion = new InitialStateExpansionConfig { Hidden = 9 } },
        ["language model"] = new() { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig(), Decoder = new LstmDecoderConfig { Hidden = 9 } },
    };

    public static TheoryData<string> Kinds => [.. Configs.Keys];

    public static TextVaeModel Model(string kind, long seed = 1, int length = Length, int vocabulary = 5)
    {
        var model = new TextVaeModel(Configs[kind], length, vocabulary, seed);
        using var _ = no_grad();
        foreach (var parameter in model.parameters())
        {
            parameter.mul_(6);
        }
        return model;
    }

    public static TextGenerator Generator(TextVaeModel model, ITokenizer? tokenizer = null) => new(model, tokenizer ?? Tokenizer, CPU);

    public static Tensor Z(TextVaeModel model, int count, ulong seed = 6) => Tiny.Noise(count, seed).narrow(1, 0, model.Shape.Latent);

    /// <summary>All texts of a and b that the model can write.</summary>
    public static string[] AllTexts { get; } = [.. Enumerable.Range(0, Length).SelectMany(Strings)];

    /// <summary>log p(text | z) by teacher forcing, for one z and each text, before each token the distribution being masked.</summary>
    /// <param name="model">The model.</param>
    /// <param name="z">[1, latent].</param>
    /// <param name="texts">Of a and b.</param>
    /// <param name="mask">Added to the logits, [time, vocabulary].</param>
    public static double[] LogProbabilities(TextVaeModel model, Tensor z, string[] texts, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        using var evaluation = new EvaluationMode(model);
        var ids = texts.SelectMany(text => text.Select(c => c == 'a' ? 3L : 4L).Append(End).Concat(new long[Length]).Take(Length)).ToArray();
        var tokens = tensor(ids).view(-1, Length);
        var logits = model.Decode(z.expand(texts.Length, -1), model.Previous(tokens)).Logits.to(float64);
        var logProbabilities = (mask is null ? logits : logits + mask).log_softmax(-1).gather(2, tokens.unsqueeze(2)).squeeze(2);
        return logProbabilities.masked_fill(tokens.eq(0), 0).sum(new long[] { 1 }).data<double>().ToArray();
    }

    private static IEnumerable<string> Strings(int length) => length == 0 ? [""] : Strings(length - 1).SelectMany(text => new[] { text + "a", text + "b" });
}
