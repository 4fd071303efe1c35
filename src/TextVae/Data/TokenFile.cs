using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Data;

/// <summary>
/// A corpus as token ids on disk, read at any place: corpora of any size cost no memory. Safe for any number of threads.
/// </summary>
/// <remarks>
/// Reads are positional (<c>pread</c>), not through a memory map: one call of a microsecond a text, no pages that count
/// as the process's resident memory however much is read, and a file cut short by someone else is an exception, where a
/// map would end the process. The operating system's page cache keeps what is read often.
/// </remarks>
internal sealed class TokenFile : IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly TokenFileHeader _header;
    private readonly int _vocabularySize;

    private TokenFile(string path, SafeFileHandle handle, TokenFileHeader header, int vocabularySize) =>
        (_path, _handle, _header, _vocabularySize) = (path, handle, header, vocabularySize);

    /// <summary>What the file holds and what its building left out.</summary>
    public TokenCounts Counts => _header.Counts;

    /// <summary>Tokens in all.</summary>
    public long TokenCount => Counts.Tokens;

    /// <summary>Texts; running text counts as one.</summary>
    public long TextCount => Counts.Texts;

    /// <summary>Whether it took the place of one that was damaged.</summary>
    public bool WasDamaged { get; private init; }

    /// <summary>Builds a token file by streaming through texts once; the file appears whole or not at all.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="texts">The texts, or for windows the running text in pieces.</param>
    /// <param name="name">What errors call the texts.</param>
    /// <param name="tokenizer">What makes tokens of them.</param>
    /// <param name="kind">What one text is.</param>
    /// <param name="maximumTokens">Lines of more tokens are counted, and <paramref name="longer"/> says what becomes of them.</param>
    /// <param name="key">32 bytes that identify what the file is built from, for <see cref="TryOpen"/>.</param>
    /// <param name="labels">The number of each text's class, if the texts have some.</param>
    /// <param name="mending">What mends the texts as they are read, for the counts.</param>
    /// <param name="longer">What is kept of them: of one that is cut or split, pieces of at most <paramref name="maximumTokens"/> + 1.</param>
    /// <exception cref="InvalidInputException">A text cannot be encoded, or the file cannot be written.</exception>
    public static TokenFile Build(
        string path, IEnumerable<string> texts, string name, ITokenizer tokenizer, TextKind kind,
        int maximumTokens = int.MaxValue, byte[]? key = null, IReadOnlyList<int>? labels = null, Mending? mending = null, LongTexts longer = LongTexts.Drop)
    {
        key ??= new byte[32];
        var wasDamaged = File.Exists(path); // or nobody would build it
        var written = TokenFileBuilder.Build(path, texts, name, tokenizer, kind, maximumTokens, longer, key, labels, mending, out var length);
        return Open(path, written, length, tokenizer.Vocabulary, wasDamaged)
            ?? throw new InvalidInputException(InputKind.Data, $"{path}: found something else than was just written, expected a token file");
    }

    /// <summary>Opens a token file, and reads it once to see that it is whole; null where there is none of this key and vocabulary, or it is damaged.</summary>
    public static TokenFile? TryOpen(string path, byte[] key, Vocabulary vocabulary) =>
        CacheFile.TryOpen(path, key, out var length) is { } handle ? Open(path, handle, length, vocabulary, wasDamaged: false) : null;

    /// <summary>Reads the tokens from position <paramref name="start"/> on into all of <paramref name="ids"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="InvalidInputException">The file has been damaged since it was opened.</exception>
    public void Read(long start, Span<int> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, TokenCount - ids.Length);
        var size = _header.TokenSize;
        var bytes = ArrayPool<byte>.Shared.Rent(ids.Length * size);
        try
        {
            ReadBytes(TokenFileHeader.Size + start * size, bytes.AsSpan(0, ids.Length * size));
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = size == 1 ? bytes[i] : BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * i));
                if (ids[i] >= _vocabularySize)
                {
                    throw Damaged($"token {start + i}: found id {ids[i]}, expected less than {_vocabularySize}");
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads a text into the front of <paramref name="ids"/>.</summary>
    /// <returns>How many tokens it has.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such text.</exception>
    /// <exception cref="InvalidInputException">The file has been damaged since it was opened, so that the text is longer than <paramref name="ids"/>, which have room for all.</exception>
    public int ReadText(long index, Span<int> ids)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, TextCount);
        Span<byte> entry = stackalloc byte[2 * sizeof(long)];
        ReadBytes(_header.IndexStart + index * sizeof(long), entry);
        var start = BinaryPrimitives.ReadInt64LittleEndian(entry);
        var length = BinaryPrimitives.ReadInt64LittleEndian(entry[sizeof(long)..]) - start;
        if (start < 0 || length < 0 || start > TokenCount - length)
        {
            throw Damaged($"text {index}: found tokens {start} to {start + length}, expected a range in {TokenCount}");
        }
        if (length > ids.Length)
        {
            throw Damaged($"text {index}: found {length} tokens, expected at most {ids.Length}");
        }
        Read(start, ids[..(int)length]);
        return (int)length;
    }

    /// <summary>The number of each text's class; none where the texts have no labels.</summary>
    /// <exception cref="InvalidInputException">The file has been damaged since it was opened.</exception>
    public int[] ReadLabels()
    {
        var labels = new int[_header.LabelSize == 0 ? 0 : TextCount];
        ReadBytes(_header.LabelStart, MemoryMarshal.AsBytes(labels.AsSpan()));
        return labels;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static TokenFile? Open(string path, SafeFileHandle handle, long length, Vocabulary vocabulary, bool wasDamaged)
    {
        var bytes = new byte[TokenFileHeader.Size];
        if (RandomAccess.Read(handle, bytes, 0) == bytes.Length
            && TokenFileHeader.Parse(bytes) is { } header
            && header.TokenSize == TokenSize(vocabulary)
            && header.FileSize == length)
        {
            return new TokenFile(path, handle, header, vocabulary.Count) { WasDamaged = wasDamaged };
        }
        handle.Dispose();
        return null;
    }

    internal static int TokenSize(Vocabulary vocabulary) => vocabulary.Count <= 256 ? 1 : 2;

    private void ReadBytes(long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_handle, bytes, offset);
            if (read == 0)
            {
                throw Damaged($"found its end at byte {offset}, expected {_header.FileSize} bytes");
            }
            bytes = bytes[read..];
            offset += read;
        }
    }

    private InvalidInputException Damaged(string fault) => new(InputKind.Data, $"{_path}: {fault}; delete this cached file");
}
