namespace TextVae;

/// <summary>A text near another one.</summary>
/// <param name="Index">Which one it is among all that were searched, from 0.</param>
/// <param name="Text">The text.</param>
/// <param name="Distance">Of the posterior means, in the metric's unit.</param>
public sealed record Neighbor(long Index, string Text, double Distance);
