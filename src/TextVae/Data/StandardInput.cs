using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace TextVae.Data;

/// <summary>
/// Standard input, which can be read only once. Whoever hashes it first reads it several times, from a copy in the cache;
/// whoever just opens it reads it as it comes.
/// </summary>
internal static class StandardInput
{
    public const string Name = "standard input";

    private static readonly Lock Copying = new();
    private static volatile FileStream? copy;

    /// <summary>The bytes from the beginning.</summary>
    /// <exception cref="InvalidInputException">It is closed.</exception>
    public static Stream Open() => copy is not { } whole
        ? OpenOnce()
        : new FileStream(new SafeFileHandle(whole.SafeFileHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read) { Position = 0 };

    /// <summary>Copies what there is into the cache, once; the copy goes with the program.</summary>
    /// <returns>The SHA-256 of the bytes.</returns>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public static byte[] Hash()
    {
        lock (Copying)
        {
            copy ??= CacheFile.Nameless(file =>
            {
                using var input = OpenOnce();
                input.CopyTo(file);
            });
        }
        using var bytes = Open();
        return SHA256.HashData(bytes);
    }

    private static Stream OpenOnce()
    {
        var input = Console.OpenStandardInput();
        try
        {
            _ = Console.IsInputRedirected ? input.Read([]) : 0;
            return input;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(InputKind.Data, $"{Name}: found it closed; expected texts", error);
        }
    }
}
