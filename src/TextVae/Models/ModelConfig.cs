using System.Text.Json.Serialization;
using TextVae.Layers;
using TextVae.Storage;

namespace TextVae.Models;

/// <summary>
/// A model as a composition (paper figures 1 and 2). The defaults are the paper's hybrid with LSTM decoder for texts of
/// up to 60 tokens.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Z: size of the latent vector.</summary>
    public int Latent { get; init; } = 50;

    /// <summary>The encoder.</summary>
    public EncoderConfig Encoder { get; init; } = new ConvolutionalEncoderConfig();

    /// <summary>The expansion of z.</summary>
    public ExpansionConfig Expansion { get; init; } = new DeconvolutionalExpansionConfig();

    /// <summary>The decoder.</summary>
    public DecoderConfig Decoder { get; init; } = new LstmDecoderConfig();

    /// <summary>Whether the decoder reads the previous tokens. If not, it knows z and the position alone (paper 4.1: historyless decoding).</summary>
    public bool History { get; init; } = true;

    /// <summary>
    /// gamma of BN-VAE (Zhu et al. 2020): the standard deviation that each posterior mean is given over the texts, which
    /// holds the KL up. Null: the means are what the encoder makes them.
    /// </summary>
    public double? MeanScale { get; init; }

    /// <summary>Whether there is a decoder alone, without a latent vector.</summary>
    [JsonIgnore]
    public bool IsLanguageModel => Encoder is NoEncoderConfig;

    /// <summary>Whether the decoder reads previous tokens.</summary>
    [JsonIgnore]
    public bool ReadsHistory => History && Decoder.IsAutoregressive;

    /// <summary>The least KL that the posterior can have on average, nats per text (<see cref="MeanScale"/>).</summary>
    [JsonIgnore]
    public double LeastKl => Latent * Math.Pow(MeanScale ?? 0, 2) / 2;

    /// <summary>Whether there is an auxiliary classifier on the features (paper equation 2): beside a parallel decoder it would only repeat it.</summary>
    internal bool HasAuxiliary => Expansion.FeatureCount > 0 && Decoder.IsAutoregressive;

    /// <summary>The products of a text's forward pass; null where those of a part are not known.</summary>
    /// <param name="shape">Sizes of the model.</param>
    public ProductCount? Count(ModelShape shape) =>
        Encoder.Count(shape)
        + Expansion.Count(shape)
        + (HasAuxiliary ? ProductCount.Of(Expansion.FeatureCount, shape.Vocabulary, shape.Length) : default)
        + Decoder.Count(shape, Expansion.FeatureCount);

    /// <summary>The tensors of the model, by their names in it, without those of parts that do not say theirs.</summary>
    internal IEnumerable<TensorShape> Tensors(ModelShape shape) =>
        TensorsOfParts(shape).SelectMany(part => (part.Tensors ?? []).Under(part.Part));

    /// <summary>Whether a name is one of a part that does not say its tensors.</summary>
    internal bool MayHold(string name, ModelShape shape) =>
        TensorsOfParts(shape).Any(part => part.Tensors is null && name.StartsWith($"{part.Part}.", StringComparison.Ordinal));

    /// <summary>Whether all parts say their tensors.</summary>
    internal bool SaysTensors(ModelShape shape) => TensorsOfParts(shape).All(part => part.Tensors is not null);

    private IEnumerable<(string Part, IEnumerable<TensorShape>? Tensors)> TensorsOfParts(ModelShape shape) =>
    [
        ("encoder", Encoder.Tensors(shape)),
        ("posterior", MeanScale is null ? [] : NormalizedMean.Tensors(shape.Latent)),
        ("expansion", Expansion.Tensors(shape)),
        ("auxiliary", HasAuxiliary ? AuxiliaryTensors(shape) : []),
        ("decoder", Decoder.Tensors(shape, Expansion.FeatureCount)),
    ];

    private TensorShape[] AuxiliaryTensors(ModelShape shape) =>
        [.. TensorShapes.Of("weight", shape.Vocabulary, Expansion.FeatureCount), .. TensorShapes.Of("bias", shape.Vocabulary)];

    /// <summary>Refuses what cannot be built.</summary>
    /// <param name="length">T: tokens in a text.</param>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate(int length)
    {
        Encoder.Validate(length);
        Expansion.Validate(length);
        Decoder.Validate();
        Check.That(IsLanguageModel ? Latent == 0 : Latent >= 1, "model.latent", Latent, IsLanguageModel ? "0, as there is no encoder" : "at least 1");
        Check.That(IsLanguageModel == Expansion is NoExpansionConfig, "model.expansion", "given or left out alone", "'none' just where model.encoder is 'none'");
        Check.That(Expansion.StateSize == 0 || Expansion.StateSize == Decoder.StateSize, "model.expansion.hidden", Expansion.StateSize, $"model.decoder's {Decoder.StateSize}");
        Check.That(Expansion.FeatureCount > 0 || Decoder.IsAutoregressive, "model.decoder", "parallel", "an expansion with features, as it knows nothing else");
        Check.That(History || !IsLanguageModel, "model.history", History, "true, as a language model knows nothing else");
        Check.That(MeanScale is null || !IsLanguageModel, "model.meanScale", MeanScale, "null, as a language model has no posterior");
        Check.Positive(MeanScale ?? 1, "model.meanScale");
    }
}
