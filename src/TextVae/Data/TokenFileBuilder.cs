using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Data;

/// <summary>Writes token files in constant memory: tokens as they come, the index of texts beside them and then behind them.</summary>
internal static class TokenFileBuilder
{
    private const int BufferSize = 1 << 16;

    /// <returns>As <see cref="CacheFile.Write"/>.</returns>
    public static SafeFileHandle Build(string path, IEnumerable<string> texts, string name, ITokenizer tokenizer, TextKind kind, int maximumTokens, LongTexts longer, byte[] key, IReadOnlyList<int>? labels, Mending? mending, out long length)
    {
        return CacheFile.Write(path, key, name, file =>
        {
            using var index = new FileStream($"{file.Name}.index", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose);
            file.Write(new byte[TokenFileHeader.Size]); // until the counts are known
            var kept = new List<int>();
            var counts = Write(file, index, texts, name, tokenizer, kind, maximumTokens, longer, labels is null ? null : number => kept.Add(labels[number]));
            var header = new TokenFileHeader(TokenFile.TokenSize(tokenizer.Vocabulary), labels is null ? 0 : sizeof(int), counts with { Invalid = mending?.Count ?? 0 });
            file.Write(new byte[header.IndexStart - file.Position]);
            index.Position = 0;
            index.CopyTo(file);
            file.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(kept)));
            file.Position = 0;
            file.Write(header.ToBytes());
        }, out length);
    }

    // Kept is told the number of each line that is not left out, from 0.
    private static TokenCounts Write(FileStream file, FileStream index, IEnumerable<string> texts, string name, ITokenizer tokenizer, TextKind kind, int maximumTokens, LongTexts longer, Action<int>? kept)
    {
        var size = TokenFile.TokenSize(tokenizer.Vocabulary);
        var counts = new TokenCounts();
        var ids = new List<int>();
        var number = 0L;
        WriteOffset(index, 0);
        foreach (var text in texts)
        {
            number++;
            if (kind == TextKind.Lines && string.IsNullOrWhiteSpace(text))
            {
                counts = counts with { Empty = counts.Empty + 1 };
                continue;
            }
            ids.Clear();
            Encode(text, ids, tokenizer, name, kind == TextKind.Lines ? number : null);
            var isLong = kind == TextKind.Lines && ids.Count > maximumTokens;
            counts = counts with { TooLong = counts.TooLong + (isLong ? 1 : 0) };
            foreach (var piece in isLong ? Pieces(ids, maximumTokens, longer) : [ids])
            {
                WriteTokens(file, CollectionsMarshal.AsSpan(piece), size);
                counts = counts with
                {
                    Tokens = counts.Tokens + piece.Count,
                    Texts = counts.Texts + 1,
                    Characters = counts.Characters + (isLong ? tokenizer.CountCharacters([.. piece]) : text.Length - text.Count(char.IsLowSurrogate)),
                    Unknown = counts.Unknown + piece.Count(id => id == tokenizer.Vocabulary.UnknownId),
                };
                if (kind == TextKind.Lines)
                {
                    WriteOffset(index, counts.Tokens);
                    kept?.Invoke((int)(number - 1));
                }
            }
        }
        if (kind == TextKind.Windows) // running text is one text, whatever pieces it came in
        {
            WriteOffset(index, counts.Tokens);
            counts = counts with { Texts = 1 };
        }
        return counts;
    }

    /// <summary>What is kept of a long text: pieces that fill all positions, so that they have no end, and of a split text the rest.</summary>
    private static IEnumerable<List<int>> Pieces(List<int> ids, int maximumTokens, LongTexts longer)
    {
        var whole = maximumTokens + 1; // the place of the end is the text's
        return longer switch
        {
            LongTexts.Cut => [ids[..whole]],
            LongTexts.Split => ids.Chunk(whole).Select(piece => piece.ToList()),
            _ => [],
        };
    }

    private static void Encode(string text, List<int> ids, ITokenizer tokenizer, string name, long? line)
    {
        try
        {
            tokenizer.Encode(text, ids);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(e.Kind, $"{name}: {(line is null ? "" : $"text {line}: ")}{e.Message}", e);
        }
    }

    private static void WriteTokens(FileStream file, ReadOnlySpan<int> ids, int size)
    {
        Span<byte> token = stackalloc byte[2];
        foreach (var id in ids)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(token, (ushort)id);
            file.Write(token[..size]);
        }
    }

    private static void WriteOffset(FileStream index, long offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, offset);
        index.Write(bytes);
    }
}
