using System.Text;

namespace TextVae.Generation.Constraints;

/// <summary>
/// A <see cref="RegexAutomaton"/> that reads UTF-8 byte by byte, so that a token may be any piece of a text, even a part of a
/// character. Made deterministic set by set, as texts reach them (subset construction).
/// </summary>
internal sealed class Utf8Automaton
{
    /// <summary>The set from which no text can go on.</summary>
    public const int Dead = 0;

    private const int Unread = -1;

    private static readonly EqualityComparer<int[]> SameSets = EqualityComparer<int[]>.Create(
        (one, other) => one.AsSpan().SequenceEqual(other),
        places => places.Aggregate(17, (hash, place) => hash * 31 + place));

    private readonly RegexAutomaton _characters;
    private readonly Alphabet _alphabet;
    private readonly byte[] _prefix;
    private readonly int[] _afterPrefix;
    private readonly List<Place> _places = [];
    private readonly Dictionary<Place, int> _placeIds = [];
    private readonly Dictionary<(int State, int Size, bool IsPair), Place> _alike = [];
    private readonly List<(int[] Places, int[] Next)> _sets = []; // Next: the set after each byte
    private readonly Dictionary<int[], int> _setIds = new(SameSets);

    /// <summary>The automaton of texts that match an expression, have the alphabet's characters and begin with a prefix.</summary>
    public Utf8Automaton(RegexNode expression, Alphabet alphabet, string prefix)
    {
        (_characters, _alphabet, _prefix) = (new RegexAutomaton(expression), alphabet, Encoding.UTF8.GetBytes(prefix));
        Accepting = Id(new Place(RegexAutomaton.Accepting, 0, 1));
        SetOf([]);
        var start = SetOf([.. _characters.Start.Select(Between).Order()]);
        _afterPrefix = _sets[_prefix.Aggregate(start, Read)].Places;
        Start = _prefix.Length == 0 ? start : SetOf([Id(new Place(~0, 0, 1))]);
    }

    /// <summary>The set before the first byte.</summary>
    public int Start { get; }

    /// <summary>The place in which a text may end.</summary>
    public int Accepting { get; }

    /// <summary>The places of a set, in ascending order: a text goes on from any of them.</summary>
    public int[] Places(int set) => _sets[set].Places;

    /// <summary>The number of places that are known by now.</summary>
    public int PlaceCount => _places.Count;

    /// <summary>The set of these places, in ascending order.</summary>
    public int SetOf(int[] places)
    {
        if (!_setIds.TryGetValue(places, out var id))
        {
            _setIds[places] = id = _sets.Count;
            var next = new int[256];
            next.AsSpan().Fill(Unread);
            _sets.Add((places, next));
        }
        return id;
    }

    /// <summary>The set after one more byte.</summary>
    public int Read(int set, byte value)
    {
        var (places, next) = _sets[set];
        if (next[value] == Unread)
        {
            next[value] = SetOf([.. places.SelectMany(place => Read(_places[place], value)).Distinct().Order()]);
        }
        return next[value];
    }

    private IEnumerable<int> Read(Place place, byte value)
    {
        var (state, first, size) = place;
        if (state < 0) // before byte ~state of the prefix
        {
            return value != _prefix[~state] ? [] : ~state + 1 < _prefix.Length ? [Id(place with { State = state - 1 })] : _afterPrefix;
        }
        if (size == 1)
        {
            return value switch
            {
                < 0x80 => Whole(state, value),
                >= 0xc2 and < 0xe0 => Inside(state, (value & 0x1f) << 6, 1 << 6),
                >= 0xe0 and < 0xf0 => Inside(state, (value & 0x0f) << 12, 1 << 12),
                >= 0xf0 and < 0xf5 => Inside(state, (value & 0x07) << 18, 1 << 18),
                _ => [],
            };
        }
        if ((value & 0xc0) != 0x80)
        {
            return [];
        }
        (first, size) = (first + (value & 0x3f) * (size >> 6), size >> 6);
        return size == 1 ? Whole(state, first)
            : first < (size == 1 << 6 ? 0x800 : 0x10000) || first is (>= 0xd800 and < 0xe000) or > 0x10ffff ? [] // too short or no character
            : Inside(state, first, size);
    }

    /// <summary>The places after a whole character.</summary>
    private IEnumerable<int> Whole(int state, int character) => !_alphabet.Allows(character, character) ? []
        : new Rune(character).ToString().Aggregate(new[] { state }, _characters.Read).Select(Between);

    /// <summary>The place inside of a character, if one from the first on, of so many, can follow.</summary>
    private IEnumerable<int> Inside(int state, int first, int size)
    {
        var (least, last) = (int.Max(first, size == 1 << 18 ? 0x10000 : 0), int.Min(first + size - 1, 0x10ffff));
        if (!_alphabet.Allows(least, last) || !_characters.ReadsAny(state, least, last))
        {
            return [];
        }
        // Where the state tells none of the characters from another, one place stands for all like it. Not after a first byte
        // that only some bytes can follow: E0, ED, F0, F4.
        var alike = _alphabet.IsWhole && (least, last) == (first, first + size - 1) && (size == 1 << 6 || first is not (0 or 0xd000)) && _characters.ReadsAlike(state, least, last);
        var place = new Place(state, first, size);
        return [Id(!alike || _alike.TryAdd((state, size, first > char.MaxValue), place) ? place : _alike[(state, size, first > char.MaxValue)])];
    }

    private int Between(int state) => Id(new Place(state, 0, 1));

    private int Id(Place place)
    {
        if (!_placeIds.TryGetValue(place, out var id))
        {
            _placeIds[place] = id = _places.Count;
            _places.Add(place);
        }
        return id;
    }

    /// <summary>
    /// A state of the automaton, between characters (a size of 1) or inside of one, which is then among so many from the
    /// first on. A state below zero is before a byte of the prefix.
    /// </summary>
    private readonly record struct Place(int State, int First, int Size);
}
