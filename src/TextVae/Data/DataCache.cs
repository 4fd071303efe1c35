using System.Security.Cryptography;
using System.Text;

namespace TextVae.Data;

/// <summary>Names of files that can be built again: the hash of what they are built from.</summary>
internal static class DataCache
{
    /// <summary>A key from parts; no two lists of parts run together.</summary>
    public static byte[] Key(params IEnumerable<object> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = part as byte[] ?? Encoding.UTF8.GetBytes(part.ToString()!);
            hash.AppendData(BitConverter.GetBytes((long)bytes.Length));
            hash.AppendData(bytes);
        }
        return hash.GetHashAndReset();
    }

    /// <summary>The path of a cached file.</summary>
    public static string PathOf(byte[] key, string extension) => Path.Combine(CacheFolder.Location, Convert.ToHexStringLower(key) + extension);
}
