using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TextVae.Storage;

namespace TextVae.Data;

/// <summary>
/// A file of the cache (docs/formats.md): what was written, from what it was made, and a checksum over both and the key. One
/// that does not have it is as good as none.
/// </summary>
/// <remarks>
/// Whoever has such a file open holds a shared lock on it (.NET takes it, and the system gives it back when the process ends
/// in whatever way), so that <see cref="CacheFolder"/> deletes nothing that is in use.
/// </remarks>
internal static class CacheFile
{
    /// <summary>Another version of the format is another file.</summary>
    public const int Version = 2;

    private const int TrailerSize = 32; // magic, length of the origin (int32), zeros, checksum
    private const int Checked = 16;
    private const int LongestOrigin = 1 << 16;
    private const int BlockSize = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "TVCACHE2"u8;

    /// <summary>Opens a file and reads it once, to see that it is whole; null where there is none of this key, or it is damaged.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What it was written with.</param>
    /// <param name="length">How many bytes were written, from the beginning on.</param>
    public static SafeFileHandle? TryOpen(string path, byte[] key, out long length)
    {
        length = 0;
        var handle = TryOpen(path);
        if (handle is not null && IsWhole(handle, key, out length))
        {
            return handle;
        }
        handle?.Dispose();
        return null;
    }

    /// <summary>Reads an open file once, to see that it is whole and of this key.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="key">What it was written with.</param>
    /// <param name="length">How many bytes were written, from the beginning on.</param>
    public static bool IsWhole(SafeFileHandle handle, byte[] key, out long length)
    {
        length = 0;
        try
        {
            Span<byte> trailer = stackalloc byte[TrailerSize];
            if (!TryReadTrailer(handle, trailer, out var end) || !Checksum(handle, key, end + Checked).AsSpan().SequenceEqual(trailer[Checked..]))
            {
                return false;
            }
            length = end - BinaryPrimitives.ReadInt32LittleEndian(trailer[Magic.Length..]);
            MarkAsUsed(handle);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What was written; null as above.</summary>
    public static byte[]? TryRead(string path, byte[] key)
    {
        using var handle = TryOpen(path, key, out var length);
        var bytes = new byte[length];
        return handle is not null && RandomAccess.Read(handle, bytes, 0) == length ? bytes : null;
    }

    /// <summary>Writes a file that appears whole, on the disk, or not at all; then the cache may drop others.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">32 bytes that identify what it is made from.</param>
    /// <param name="origin">What it is made from, for people.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="length">How many bytes that wrote.</param>
    /// <returns>The file, open for reading: another process may drop it from the folder before it is used.</returns>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static SafeFileHandle Write(string path, byte[] key, string origin, Action<FileStream> write, out long length)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = CacheFolder.TemporaryPath(folder, Path.GetFileName(path));
        SafeFileHandle? written = null;
        try
        {
            PrivateFolder.Create(folder);
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                write(file);
                length = file.Length;
                Seal(file, key, origin);
            }
            written = OpenShared(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e)
        {
            written?.Dispose();
            TemporaryName.TryDelete(temporary);
            if (Disk.IsToBlame(e))
            {
                throw CannotWrite(path, e);
            }
            throw;
        }
        Disk.FlushFolder(folder);
        CacheFolder.Trim(folder, keep: path);
        return written;
    }

    /// <summary>Writes a file without a name: nothing of it is left when it is closed, or the program ends in whatever way.</summary>
    /// <returns>The file, for reading and writing.</returns>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static FileStream Nameless(Action<FileStream> write)
    {
        var path = CacheFolder.TemporaryPath(CacheFolder.Location, "nameless");
        FileStream? file = null;
        try
        {
            PrivateFolder.Create(CacheFolder.Location);
            file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            File.Delete(path);
            write(file);
            file.Flush();
            return file;
        }
        catch (Exception e) when (Disk.IsToBlame(e))
        {
            file?.Dispose();
            throw CannotWrite(path, e);
        }
    }

    /// <summary>What a file was made from, as far as it says so; not checked.</summary>
    public static string? Origin(string path)
    {
        try
        {
            using var handle = OpenShared(path);
            Span<byte> trailer = stackalloc byte[TrailerSize];
            if (!TryReadTrailer(handle, trailer, out var end))
            {
                return null;
            }
            var length = BinaryPrimitives.ReadInt32LittleEndian(trailer[Magic.Length..]);
            if (length < 0 || length > Math.Min(end, LongestOrigin))
            {
                return null;
            }
            var origin = new byte[length];
            return Encoding.UTF8.GetString(origin.AsSpan(0, RandomAccess.Read(handle, origin, end - length)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return OpenShared(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static SafeFileHandle OpenShared(string path) => File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);

    /// <param name="handle">The file.</param>
    /// <param name="trailer">Filled.</param>
    /// <param name="end">Where it begins.</param>
    private static bool TryReadTrailer(SafeFileHandle handle, Span<byte> trailer, out long end)
    {
        end = RandomAccess.GetLength(handle) - TrailerSize;
        return end >= 0 && RandomAccess.Read(handle, trailer, end) == TrailerSize && trailer.StartsWith(Magic);
    }

    private static void Seal(FileStream file, byte[] key, string origin)
    {
        var name = Encoding.UTF8.GetBytes(origin.Length <= LongestOrigin / 4 ? origin : origin[..(LongestOrigin / 4)]);
        var trailer = new byte[Checked];
        Magic.CopyTo(trailer);
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(Magic.Length), name.Length);
        file.Seek(0, SeekOrigin.End);
        file.Write(name);
        file.Write(trailer);
        file.Flush();
        file.Write(Checksum(file.SafeFileHandle, key, file.Length));
        file.Flush(flushToDisk: true);
    }

    private static byte[] Checksum(SafeFileHandle handle, byte[] key, long length)
    {
        var hash = new XxHash128();
        hash.Append(key);
        var block = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, BlockSize));
        for (var offset = 0L; offset < length;)
        {
            var read = RandomAccess.Read(handle, block.AsSpan(0, (int)Math.Min(block.Length, length - offset)), offset);
            if (read == 0)
            {
                break; // cut short meanwhile
            }
            hash.Append(block.AsSpan(0, read));
            offset += read;
        }
        ArrayPool<byte>.Shared.Return(block);
        return hash.GetHashAndReset();
    }

    /// <summary>The time of writing says it: that of reading is kept by some systems only, and changed by whoever looks.</summary>
    private static void MarkAsUsed(SafeFileHandle handle)
    {
        try
        {
            File.SetLastWriteTimeUtc(handle, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else's file, or one that cannot be written: who keeps that in order sees to it.
        }
    }

    private static InvalidInputException CannotWrite(string path, Exception e) =>
        new(InputKind.Data, $"{path}: the cache cannot be written: {Disk.Reason(e)}; TEXTVAE_CACHE can name another folder", e);
}
