using System.Runtime.InteropServices;
using TextVae.Storage;

namespace TextVae.Data;

/// <summary>The classes' numbers of a token file's texts, beside it in the cache: a little-endian int32 each, in their order.</summary>
internal static class LabelFile
{
    /// <summary>The numbers; null where they are not those of this many texts.</summary>
    public static int[]? TryRead(string path, long texts, int classes)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            int[] labels = [.. MemoryMarshal.Cast<byte, int>(bytes)];
            return bytes.Length == texts * sizeof(int) && Array.TrueForAll(labels, label => label >= 0 && label < classes) ? labels : null;
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            return null;
        }
    }

    public static void Write(string path, ReadOnlySpan<int> labels)
    {
        var bytes = MemoryMarshal.AsBytes(labels).ToArray();
        DataCache.Write(path, file => file.Write(bytes));
    }
}
