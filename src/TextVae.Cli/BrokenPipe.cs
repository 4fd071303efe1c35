using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TextVae.Cli;

/// <summary>
/// The reader of our results has gone, as in <c>textvae sample RUN -n 1000000 | head</c>. .NET's console does not tell
/// and would let us work for nobody; a file does.
/// </summary>
internal static class BrokenPipe
{
    private const int Number = 32; // EPIPE

    /// <summary>From here on, printing to a reader that has gone throws.</summary>
    public static void MakeVisible()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return;
        }
        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!stream.CanSeek) // Into a file, which other programs may be writing too, the console appends and we would not.
        {
            Console.SetOut(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
        }
    }

    /// <summary>Whether that is what an exception says.</summary>
    public static bool IsReason(Exception error) => error is IOException { HResult: Number };
}
