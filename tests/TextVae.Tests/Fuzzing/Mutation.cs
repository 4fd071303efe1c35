using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace TextVae.Tests.Fuzzing;

/// <summary>A small damage to a file, made of numbers alone, so that a failure is repeated by them.</summary>
internal sealed record Mutation(int Kind, uint Place, uint What)
{
    private const int Kinds = 8;
    private const int OfBytes = 4; // the first kinds, which need no JSON

    private static readonly string[] Values =
    [
        "0", "-0", "-1", "1", "1.5", "-5", "60000", "1000000", "2147483647", "-2147483648", "4294967296", "9223372036854775807",
        "-9223372036854775808", "18446744073709551616", "1e999", "-1e999", "1e-999", "null", "true", "\"\"", "\"lstm\"", "\"NaN\"", "\"\\ud800\"",
        "\"<pad>\"", "[]", "{}", "[0]", "[[]]", "{\"kind\":\"none\"}", "\"\u0001\"", ",", ":", "]", "}",
    ];

    /// <summary>Any of them.</summary>
    public static Gen<Mutation> Any { get; } = Gen.Select(Gen.Int[0, Kinds - 1], Gen.UInt, Gen.UInt, (kind, place, what) => new Mutation(kind, place, what));

    /// <summary>A damaged copy of a file: JSON, lines of JSON, safetensors or other bytes.</summary>
    public byte[] Apply(byte[] file, string name) => Kind < OfBytes ? OnBytes(file) : Path.GetExtension(name) switch
    {
        ".json" => OnJson(file),
        ".jsonl" => OnFirstLine(file),
        ".safetensors" => OnHeader(file),
        _ => OnBytes(file),
    };

    private byte[] OnBytes(byte[] file)
    {
        var place = (int)(Place % (uint)file.Length);
        return (Kind % OfBytes) switch
        {
            0 => [.. file[..place], (byte)(file[place] ^ 1 << (int)(What % 8)), .. file[(place + 1)..]],
            1 => [.. file[..place], (byte)What, .. file[(place + 1)..]],
            2 => file[..place],
            _ => [.. file[..place], .. Enumerable.Repeat((byte)What, (int)(What % 17) + 1), .. file[place..]],
        };
    }

    private byte[] OnFirstLine(byte[] file)
    {
        var end = Array.IndexOf(file, (byte)'\n');
        return [.. OnJson(file[..end]), .. file[end..]];
    }

    /// <summary>The header alone, its length set right.</summary>
    private byte[] OnHeader(byte[] file)
    {
        var end = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = OnJson(file[8..end]);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. file[end..]];
    }

    /// <summary>A value or key replaced, left out, exchanged with another, or there twice.</summary>
    private byte[] OnJson(byte[] json)
    {
        var tokens = Tokens(json);
        var index = (int)(Place % (uint)tokens.Count);
        var ((start, end), (otherStart, otherEnd)) = (tokens[index], tokens[(int)(What % (uint)tokens.Count)]);
        return (Kind % OfBytes) switch
        {
            0 => [.. json[..start], .. Encoding.UTF8.GetBytes(Values[What % (uint)Values.Length]), .. json[end..]],
            1 => [.. json[..start], .. json[end..]],
            2 => [.. json[..start], .. json[otherStart..otherEnd], .. json[end..]],
            _ => [.. json[..start], .. json[start..tokens[Math.Min(index + 1, tokens.Count - 1)].End], (byte)',', .. json[start..]],
        };
    }

    private static List<(int Start, int End)> Tokens(byte[] json)
    {
        var tokens = new List<(int, int)>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            tokens.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
        }
        return tokens;
    }
}
