using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TextVae.Texts;

namespace TextVae.Data;

/// <summary>Texts that a program has given, perhaps each with its class.</summary>
internal sealed class MemoryTexts
{
    private const string Name = "the texts given";

    private readonly string[] _texts;
    private readonly string[] _classes;
    private readonly int[] _labels;
    private readonly byte[] _hash;

    private MemoryTexts(string[] texts, string[]? labels)
    {
        foreach (var (number, text) in texts.Index())
        {
            Check.That(text is not null, $"text {number + 1}", null, "a text", InputKind.Data);
            Check.That(IsWhole(text!), $"text {number + 1}", "half of a surrogate pair", "Unicode text", InputKind.Data);
            Check.That(labels is null || labels[number] is not null, $"the label of text {number + 1}", null, "a class's name", InputKind.Data);
        }
        _texts = texts;
        _classes = [.. (labels ?? []).Distinct().Order(StringComparer.Ordinal)];
        var numbers = _classes.Index().ToDictionary(name => name.Item, name => name.Index);
        _labels = [.. (labels ?? []).Select(label => numbers[label])];
        _hash = Hash([.. texts, .. labels ?? []]);
    }

    public static MemoryTexts Of(IEnumerable<string> texts) => new([.. texts], null);

    public static MemoryTexts OfLabelled(IEnumerable<(string Text, string Label)> texts)
    {
        var pairs = texts.ToList();
        return new([.. pairs.Select(pair => pair.Text)], [.. pairs.Select(pair => pair.Label)]);
    }

    /// <summary>The texts as a file's would be read: lines, or running text of which each ends with LF.</summary>
    public TextSource Source(DataConfig config)
    {
        var lines = config.Texts == TextKind.Lines;
        Check.That(config.Column is null, "data.column", config.Column, "null, as the texts come from no file");
        Check.That(lines || _classes.Length == 0, "data.texts", config.Texts, "lines, as the texts have labels");
        return new TextSource(
            Name,
            DataCache.Key(TextSource.Version, config.Texts, config.Normalize, "memory", _labels.Length, _hash),
            () => lines ? _texts.Select(text => TextNormalization.Normalize(text, config.Normalize)) : _texts.Select(text => text + "\n"))
        {
            Classes = _classes,
            Labels = _labels,
        };
    }

    private static bool IsWhole(string text)
    {
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var units) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }
            rest = rest[units..];
        }
        return true;
    }

    private static byte[] Hash(string[] texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
        {
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }
        return hash.GetHashAndReset();
    }
}
