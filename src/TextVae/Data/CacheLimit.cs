using System.Globalization;
using System.Text.RegularExpressions;

namespace TextVae.Data;

/// <summary>How large the cache may become.</summary>
internal static partial class CacheLimit
{
    /// <summary>The environment variable that says so.</summary>
    public const string Name = "TEXTVAE_CACHE_LIMIT";

    private const long Default = 10_000_000_000;

    private static readonly string[] Units = ["", "kB", "MB", "GB", "TB"];

    /// <summary>A whole number and a unit, in bytes.</summary>
    /// <param name="text">Such as <c>500MB</c>; null for the default.</param>
    /// <exception cref="InvalidInputException">It is anything else.</exception>
    public static long Of(string? text)
    {
        if (text is null)
        {
            return Default;
        }
        var size = Size().Match(text);
        if (!size.Success)
        {
            throw new InvalidInputException(InputKind.Usage, $"{Name}: found '{Shortened.Of(text)}', expected a size such as 500MB or 10GB");
        }
        var unit = Array.FindIndex(Units, unit => unit.Equals(size.Groups["unit"].Value, StringComparison.OrdinalIgnoreCase));
        var bytes = Int128.Parse(size.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) * (Int128)Math.Pow(1000, unit);
        return (long)Int128.Min(bytes, long.MaxValue);
    }

    [GeneratedRegex("^(?<number>[0-9]{1,15}) ?(?<unit>kB|MB|GB|TB)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}
