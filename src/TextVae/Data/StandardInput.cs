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

    private static FileStream? copy;

    /// <summary>The bytes from the beginning.</summary>
    public static Stream Open() => copy is null
        ? Console.OpenStandardInput()
        : new FileStream(new SafeFileHandle(copy.SafeFileHandle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read) { Position = 0 };

    /// <summary>Copies what there is into the cache, once; the copy goes with the program.</summary>
    /// <returns>The SHA-256 of the bytes.</returns>
    /// <exception cref="InvalidInputException">The cache cannot be written.</exception>
    public static byte[] Hash()
    {
        copy ??= CacheFile.Nameless(file =>
        {
            using var input = Console.OpenStandardInput();
            input.CopyTo(file);
        });
        using var bytes = Open();
        return SHA256.HashData(bytes);
    }
}
