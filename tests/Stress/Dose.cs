namespace TextVae.Stress;

/// <summary>How much of a test is done.</summary>
internal enum Dose
{
    /// <summary>Minutes in all.</summary>
    Small,

    /// <summary>What docs/reliability.md asks for.</summary>
    Full,
}

internal static class DoseExtensions
{
    public static int Of(this Dose dose, int small, int full) => dose == Dose.Full ? full : small;
}
