namespace TextVae.Models;

/// <summary>The condition that stacks of (de)convolutions set: T divisible by 2^L.</summary>
internal static class Halving
{
    public static void Validate(string key, IReadOnlyList<int> channels, int length)
    {
        Check.That(channels.Count is > 0 and <= 16, key, channels.Count, "between 1 and 16 layers");
        foreach (var width in channels)
        {
            Check.AtLeast(1, width, key);
        }
        var unit = 1 << channels.Count;
        var below = length / unit * unit;
        var nearest = below > 0 ? $"{below} or {below + unit}" : $"{unit}";
        Check.That(length > 0 && length % unit == 0, "data.length", length,
            $"a multiple of {unit}, because each of the {channels.Count} layers of {key} halves it: {nearest}");
    }
}
