using System.Runtime.InteropServices;

namespace TextVae;

/// <summary>
/// Settings of the whole process that make computing with libtorch on Linux faster (docs/performance.md). A library has no
/// right to them: the program that uses it applies them, as the command line does, or not.
/// </summary>
public static class ProcessTuning
{
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string Spins = "20000"; // some ten microseconds, longer than the gap between two operations

    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int TopPad = -2; // M_TOP_PAD
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int KeptBytes = 1 << 30;
    private const int HeapBytes = 1 << 26; // of one of malloc's heaps, of which every thread but the first has several

    /// <summary>
    /// Applies them, to the whole process and until it ends. On other systems than Linux with glibc it does nothing.
    /// </summary>
    /// <remarks>
    /// <para>
    /// It sets the environment variable <c>GOMP_SPINCOUNT</c> to 20000, unless it or <c>OMP_WAIT_POLICY</c> is set: by default
    /// threads of libgomp, which libtorch computes with, spin for some milliseconds while they wait for each other; when anything
    /// else wants a core, they keep off it the one that they wait for, and training takes twice as long. libgomp reads it when it
    /// is loaded, so this is to be called before the first use of TorchSharp or of a model: first thing in a program. Processes
    /// that are started later inherit it.
    /// </para>
    /// <para>
    /// It has glibc's <c>malloc</c> keep up to 1 GB of memory that is freed (<c>mallopt</c>: <c>M_TRIM_THRESHOLD</c>,
    /// <c>M_MMAP_THRESHOLD</c>, and <c>M_TOP_PAD</c> for the heaps of a session's thread), which it otherwise gives back to the
    /// system at once, so that every step has the same pages handed out and cleared again: a tenth of the time of training and a
    /// quarter of that of an evaluation. What a model that is disposed of held then stays in the process, for the next one.
    /// </para>
    /// </remarks>
    public static void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        try
        {
            if (Environment.GetEnvironmentVariable(WaitPolicy) is null)
            {
                _ = SetEnvironment(SpinCount, Spins, overwrite: 0);
            }
            _ = SetAllocation(TrimThreshold, KeptBytes);
            _ = SetAllocation(MapThreshold, KeptBytes);
            _ = SetAllocation(TopPad, HeapBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without mallopt, as musl.
        }
    }

    /// <summary>Sets a variable for native code, which .NET's own SetEnvironmentVariable does not reach.</summary>
    [DllImport("libc", EntryPoint = "setenv")]
    internal static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetAllocation(int option, int value);
}
