using System.Globalization;
using System.Numerics;

namespace TextVae.Platform;

/// <summary>Whether something fits the machine, asked before any of it is allocated: an allocation that fails can end the process.</summary>
internal static class MachineMemory
{
    private const long Gigabyte = 1_000_000_000;

    /// <summary>Bytes that this process may use: the machine's, or the share of its container's that .NET takes.</summary>
    public static long Bytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Refuses what needs more than there is.</summary>
    /// <param name="bytes">What it needs.</param>
    /// <param name="what">What needs it.</param>
    /// <param name="expected">What to do about it.</param>
    /// <exception cref="InvalidInputException">There is less; the message says how much of both.</exception>
    public static void Require(BigInteger bytes, string what, string expected)
    {
        if (bytes > Bytes)
        {
            throw new InvalidInputException(InputKind.Usage, $"{what}: found a need of at least {Show(bytes)} of memory; expected at most {Show(Bytes)}, which this process may use: {expected}") { Property = "model" };
        }
    }

    private static string Show(BigInteger bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / Gigabyte:N1} GB");
}
