using System.Runtime.InteropServices;

namespace TextVae.Platform;

/// <summary>
/// What the C library does with memory that libtorch frees. glibc gives large blocks back to the system at once, and every
/// training step would have it hand out, and clear, the same pages again: a tenth of the time (docs/performance.md), and a
/// quarter of an evaluation's.
/// </summary>
internal static class FreedMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int Bytes = 1 << 30;

    /// <summary>Keeps it for the next step, for the rest of this process.</summary>
    public static void Keep()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetOption(TrimThreshold, Bytes);
            _ = SetOption(MapThreshold, Bytes);
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int option, int value);
}
