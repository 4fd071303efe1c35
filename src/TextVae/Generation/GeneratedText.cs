namespace TextVae;

/// <summary>A text that a model wrote.</summary>
/// <param name="Text">The text.</param>
/// <param name="LogProbability">
/// log p(text | z) in nats, the sum over its tokens with <c>&lt;end&gt;</c>: under the model itself, whatever the temperature
/// and the constraints were.
/// </param>
public sealed record GeneratedText(string Text, double LogProbability);

/// <summary>A text and what the model makes of it.</summary>
/// <param name="Text">The text as the model reads it, or as it was given where it does not fit the model.</param>
/// <param name="Reconstructed">The text that is decoded; null where the text does not fit the model.</param>
/// <param name="Fault">Why the text does not fit the model; null where it does.</param>
public sealed record Reconstruction(string Text, string? Reconstructed, string? Fault = null);

/// <summary>A latent vector's text.</summary>
/// <param name="Text">The text; null where the vector cannot be.</param>
/// <param name="Fault">Why the vector cannot be; null where it can.</param>
public sealed record DecodedVector(GeneratedText? Text, string? Fault);

/// <summary>A text on the way along a latent dimension.</summary>
/// <param name="Value">The dimension's value there.</param>
/// <param name="Text">The text.</param>
public sealed record TraversedText(double Value, GeneratedText Text);
