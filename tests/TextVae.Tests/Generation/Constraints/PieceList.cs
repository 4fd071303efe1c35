using TextVae.Tokenizers;

namespace TextVae.Tests.Generation.Constraints;

/// <summary>Tokens of any pieces.</summary>
internal sealed class PieceList(byte[][] pieces, bool hasEnd) : ITokenizer
{
    public string Kind => "pieces";

    public Vocabulary Vocabulary { get; } = new(["<pad>", .. hasEnd ? ["<end>"] : Array.Empty<string>(), .. pieces.Select((_, index) => $"{index}")]);

    public int First => Vocabulary.Count - pieces.Length;

    public ReadOnlySpan<byte> Piece(int id) => id < First ? [] : pieces[id - First];

    public void Encode(ReadOnlySpan<char> text, List<int> ids) => throw new NotSupportedException();

    public string Decode(ReadOnlySpan<int> ids) => throw new NotSupportedException();

    public long CountCharacters(ReadOnlySpan<int> ids) => throw new NotSupportedException();
}
