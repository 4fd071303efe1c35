using System.Runtime.InteropServices;

namespace TextVae.Platform;

/// <summary>
/// How long the threads of libgomp, which libtorch computes with, spin while they wait for each other. By default it is
/// some milliseconds; when anything else wants a core (another program, .NET itself), the one that is waited for is then
/// kept off it by the ones that wait, and training takes twice as long (docs/performance.md).
/// </summary>
internal static class WaitingThreads
{
    private const string Policy = "OMP_WAIT_POLICY";
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string Spins = "20000"; // some ten microseconds, longer than the gap between two operations

    /// <summary>Sets it for this process, unless the user has; libgomp reads it when it is loaded.</summary>
    public static void Shorten()
    {
        if (Environment.GetEnvironmentVariable(Policy) is null)
        {
            _ = SetNative(SpinCount, Spins, overwrite: 0); // .NET's own SetEnvironmentVariable does not reach native code
        }
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetNative([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
