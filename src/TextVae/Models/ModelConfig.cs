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

    /// <summary>The autoregressive decoder.</summary>
    public DecoderConfig Decoder { get; init; } = new LstmDecoderConfig();

    /// <summary>Refuses what cannot be built.</summary>
    /// <param name="length">T: tokens in a text.</param>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate(int length)
    {
        Check.AtLeast(1, Latent, "model.latent");
        Encoder.Validate(length);
        Expansion.Validate(length);
        Decoder.Validate();
    }
}
