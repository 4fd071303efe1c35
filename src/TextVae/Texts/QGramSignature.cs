using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TextVae.Texts;

/// <summary>
/// Tells most pairs of texts apart that are more than some edits from each other, for a few instructions (Ukkonen 1992).
/// The profile of a text counts its q-grams. A substitution removes at most q of them and adds at most q, an insertion or a
/// deletion one less. So the profiles of texts k edits apart, of lengths n and m, differ by at most 2qk - |n - m| in sum.
/// </summary>
/// <remarks>
/// Kept are the counts of 1-grams in 64 buckets and the parities of those of 2-grams in 1,024, whose differences are
/// never more than the profiles'.
/// </remarks>
internal readonly struct QGramSignature
{
    private const int CharacterBuckets = 64;

    private readonly Vector512<byte> _characters;
    private readonly PairParities _pairs;

    public QGramSignature(string text)
    {
        var counts = new byte[CharacterBuckets];
        foreach (var character in text)
        {
            ref var count = ref counts[character % CharacterBuckets];
            count = byte.CreateSaturating(count + 1);
        }
        _characters = Vector512.Create(counts);
        for (var i = 1; i < text.Length; i++)
        {
            _pairs.Flip(Randomness.Mix(((ulong)text[i - 1] << 16) | text[i]));
        }
    }

    /// <summary>Whether the texts can be as near as this; where they are, it never says no.</summary>
    /// <param name="other">The other text's signature.</param>
    /// <param name="lengthDifference">Of the two texts, in UTF-16 units.</param>
    /// <param name="edits">The most edits.</param>
    public bool MayBeWithin(in QGramSignature other, int lengthDifference, int edits) =>
        CharacterDifferences(other) + lengthDifference <= 2 * edits && _pairs.Differences(other._pairs) + lengthDifference <= 4 * edits;

    private int CharacterDifferences(in QGramSignature other)
    {
        var differences = Vector512.Max(_characters, other._characters) - Vector512.Min(_characters, other._characters);
        var (lower, upper) = Vector512.Widen(differences);
        return Vector512.Sum(lower + upper); // at most 64 * 255
    }

    [InlineArray(Words)]
    private struct PairParities
    {
        private const int Words = 16;

        private ulong _word;

        public void Flip(ulong hash) => this[(int)(hash / 64 % Words)] ^= 1UL << (int)(hash % 64);

        public readonly int Differences(in PairParities other)
        {
            var differences = 0;
            for (var word = 0; word < Words; word++)
            {
                differences += BitOperations.PopCount(this[word] ^ other[word]);
            }
            return differences;
        }
    }
}

/// <summary>A text among many that are searched for near duplicates: most others are told apart by its signature alone.</summary>
/// <param name="text">The text.</param>
internal readonly struct ComparableText(string text)
{
    private readonly QGramSignature _signature = new(text);

    public string Text { get; } = text;

    /// <summary>Whether two texts are at most so many edits (<see cref="EditDistance"/>) apart.</summary>
    public bool IsWithin(int edits, in ComparableText other) =>
        _signature.MayBeWithin(other._signature, Math.Abs(Text.Length - other.Text.Length), edits) && EditDistance.IsWithin(edits, Text, other.Text);
}
