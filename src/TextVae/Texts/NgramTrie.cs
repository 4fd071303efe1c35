using System.Runtime.InteropServices;

namespace TextVae.Texts;

/// <summary>An n-gram of symbols, and what follows it.</summary>
internal struct Ngram
{
    /// <summary>The n-gram without its last symbol.</summary>
    public required int Parent { get; init; }

    /// <summary>The n-gram without its first symbol.</summary>
    public required int Suffix { get; init; }

    public required int Length { get; init; }

    /// <summary>
    /// For n-grams of full length, and for those at the beginning of a text, how often they occur; for all others how many
    /// different symbols stand before them (Kneser and Ney 1995).
    /// </summary>
    public int Count { get; set; }

    /// <summary>The counts of the n-grams that are longer by one symbol, in sum.</summary>
    public int Total { get; set; }

    /// <summary>How many of these have a count of 1, of 2, and of more.</summary>
    public int Ones { get; set; }

    public int Twos { get; set; }

    public int More { get; set; }
}

/// <summary>The n-grams of texts up to a length, each a place that is reached from the one without its last symbol.</summary>
/// <param name="order">The greatest length.</param>
internal sealed class NgramTrie(int order)
{
    /// <summary>The n-gram of no symbols; as a result of <see cref="Find"/>, none.</summary>
    public const int Root = 0;

    private const int SymbolBits = 21; // there are fewer Unicode scalar values

    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<Ngram> _ngrams = [new() { Parent = Root, Suffix = Root, Length = 0 }];

    public int Order => order;

    /// <summary>All n-grams, each behind its parent and its suffix.</summary>
    public Span<Ngram> Ngrams => CollectionsMarshal.AsSpan(_ngrams);

    /// <summary>The n-gram with one more symbol at its end.</summary>
    public int Find(int ngram, int symbol) => _places.GetValueOrDefault(Key(ngram, symbol), Root);

    /// <summary>Counts the n-grams of a text.</summary>
    /// <param name="text">Its first symbol is the beginning of a text, and occurs nowhere else.</param>
    public void Add(ReadOnlySpan<int> text)
    {
        for (var start = text.Length - 1; start >= 0; start--) // so that a suffix is there before what it is the suffix of
        {
            var place = Root;
            foreach (var symbol in text[start..int.Min(start + order, text.Length)])
            {
                place = Grow(place, symbol);
                ref var ngram = ref Ngrams[place];
                ngram.Count += ngram.Length == order || start == 0 ? 1 : 0;
            }
        }
    }

    private int Grow(int parent, int symbol)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, Key(parent, symbol), out var exists);
        if (!exists)
        {
            place = _ngrams.Count;
            var suffix = parent == Root ? Root : _places[Key(_ngrams[parent].Suffix, symbol)];
            _ngrams.Add(new Ngram { Parent = parent, Suffix = suffix, Length = _ngrams[parent].Length + 1 });
            Ngrams[suffix].Count++;
        }
        return place;
    }

    private static ulong Key(int ngram, int symbol) => ((ulong)ngram << SymbolBits) | (uint)symbol;
}
