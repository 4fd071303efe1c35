using System.Runtime.InteropServices;
using System.Text;

namespace TextVae.Generation.Constraints;

/// <summary>
/// A <see cref="RegexAutomaton"/> that reads UTF-8 byte by byte, so that a token may be any piece of a text, even a part of a
/// character. Made deterministic set by set, as texts reach them (subset construction).
/// </summary>
internal sealed class Utf8Automaton
{
    /// <summary>The set from which no text can go on, and what leads to it.</summary>
    public const int Dead = 0;

    private const int Unread = -1;

    private readonly RegexAutomaton _characters;
    private readonly Alphabet _alphabet;
    private readonly Effort _effort;
    private readonly byte[] _prefix;
    private readonly int[] _afterPrefix = [];
    private readonly List<Place> _places = [];
    private readonly Dictionary<Place, int> _placeIds = [];
    private readonly Dictionary<(int State, int Size, bool IsPair), Place> _alike = [];
    private readonly List<int[]?> _leadsOf = []; // of each place: what each byte leads to, a number of _leads
    private readonly List<int[]> _sets = []; // places
    private readonly List<int[]?> _next = []; // of each set: the set after each byte
    private readonly Dictionary<int[], int> _setIds = new(SetComparer.Instance);
    private readonly List<(int[] To, int Set)> _leads = []; // states between characters, which are not closed, and places, each as the complement of its number; and their set
    private readonly Dictionary<int[], int> _leadIds = new(SetComparer.Instance);
    private readonly List<int> _to = []; // what one byte leads to

    /// <summary>The automaton of texts that match an expression, have the alphabet's characters and begin with a prefix.</summary>
    /// <exception cref="InvalidInputException">It takes too much effort; so has all that is read later.</exception>
    public Utf8Automaton(RegexNode expression, Alphabet alphabet, string prefix, Effort effort)
    {
        (_characters, _alphabet, _effort, _prefix) = (new RegexAutomaton(expression, effort), alphabet, effort, Encoding.UTF8.GetBytes(prefix));
        Accepting = Id(new Place(RegexAutomaton.Accepting, 0, 1));
        Lead(); // to nothing: Dead
        _to.Add(_characters.Start);
        var start = _leads[Lead()].Set;
        _afterPrefix = Places(_prefix.Aggregate(start, Read));
        Start = _prefix.Length == 0 ? start : SetOf([Id(new Place(~0, 0, 1))]);
    }

    /// <summary>The set before the first byte.</summary>
    public int Start { get; }

    /// <summary>The place in which a text may end.</summary>
    public int Accepting { get; }

    /// <summary>The places of a set, in ascending order: a text goes on from any of them.</summary>
    public int[] Places(int set) => _sets[set];

    /// <summary>The number of places that are known by now.</summary>
    public int PlaceCount => _places.Count;

    /// <summary>The number of sets that are known by now.</summary>
    public int SetCount => _sets.Count;

    /// <summary>The set of these places, in ascending order.</summary>
    public int SetOf(int[] places)
    {
        if (!_setIds.TryGetValue(places, out var id))
        {
            _effort.Spend(places.Length + 1);
            _setIds[places] = id = _sets.Count;
            _sets.Add(places);
            _next.Add(null);
        }
        return id;
    }

    /// <summary>The set after one more byte.</summary>
    public int Read(int set, byte value)
    {
        var next = _next[set] ??= Unknown();
        if (next[value] == Unread)
        {
            var places = _sets[set];
            var lead = places is [var only] ? LeadOf(only, value) : LeadOf(places, value);
            next[value] = _leads[lead].Set;
        }
        return next[value];
    }

    private int LeadOf(int[] places, byte value)
    {
        _effort.Spend(places.Length);
        var leads = new List<int>();
        foreach (var place in places)
        {
            if (LeadOf(place, value) is var lead and not Dead)
            {
                leads.Add(lead);
            }
        }
        if (leads is [] or [_])
        {
            return leads.FirstOrDefault(Dead);
        }
        leads.ForEach(lead => _to.AddRange(_leads[lead].To));
        return Lead();
    }

    private int LeadOf(int place, byte value)
    {
        var leads = _leadsOf[place] ??= Unknown();
        if (leads[value] == Unread)
        {
            Read(_places[place], value);
            leads[value] = Lead();
        }
        return leads[value];
    }

    private int[] Unknown()
    {
        const int Bytes = 256;
        _effort.Spend(Bytes);
        var unknown = new int[Bytes];
        unknown.AsSpan().Fill(Unread);
        return unknown;
    }

    /// <summary>The number of what a byte leads to, which is then forgotten.</summary>
    private int Lead()
    {
        _to.Sort();
        var all = CollectionsMarshal.AsSpan(_to);
        var to = all[..Distinct(all)];
        var ids = _leadIds.GetAlternateLookup<ReadOnlySpan<int>>();
        if (!ids.TryGetValue(to, out var id))
        {
            _effort.Spend(to.Length);
            var numbers = to.ToArray();
            int[] places = [.. numbers.Where(number => number < 0).Select(number => ~number)];
            int[] between = [.. _characters.Closed([.. numbers.Where(number => number >= 0)]).Select(state => Id(new Place(state, 0, 1)))];
            _leadIds[numbers] = id = _leads.Count;
            _leads.Add((numbers, SetOf([.. places.Concat(between).Distinct().Order()])));
        }
        _to.Clear();
        return id;
    }

    private static int Distinct(Span<int> sorted)
    {
        var count = 0;
        foreach (var number in sorted)
        {
            if (count == 0 || sorted[count - 1] != number)
            {
                sorted[count++] = number;
            }
        }
        return count;
    }

    /// <summary>Adds where a byte leads to.</summary>
    private void Read(Place place, byte value)
    {
        var (state, first, size) = place;
        if (state < 0) // before byte ~state of the prefix
        {
            if (value == _prefix[~state])
            {
                int[] after = ~state + 1 < _prefix.Length ? [Id(place with { State = state - 1 })] : _afterPrefix;
                _to.AddRange(after.Select(id => ~id));
            }
            return;
        }
        if (size == 1)
        {
            switch (value)
            {
                case < 0x80: Whole(state, value); break;
                case >= 0xc2 and < 0xe0: Inside(state, (value & 0x1f) << 6, 1 << 6); break;
                case >= 0xe0 and < 0xf0: Inside(state, (value & 0x0f) << 12, 1 << 12); break;
                case >= 0xf0 and < 0xf5: Inside(state, (value & 0x07) << 18, 1 << 18); break;
            }
            return;
        }
        if ((value & 0xc0) != 0x80)
        {
            return;
        }
        (first, size) = (first + (value & 0x3f) * (size >> 6), size >> 6);
        if (size == 1)
        {
            Whole(state, first);
        }
        else if (first >= (size == 1 << 6 ? 0x800 : 0x10000) && first is not ((>= 0xd800 and < 0xe000) or > 0x10ffff)) // not too short, and a character
        {
            Inside(state, first, size);
        }
    }

    /// <summary>Adds the states after a whole character.</summary>
    private void Whole(int state, int character)
    {
        if (!_alphabet.Allows(character, character))
        {
            return;
        }
        Span<char> units = stackalloc char[2];
        var count = new Rune(character).EncodeToUtf16(units);
        if (_characters.Read(state, units[0]) is not { } next)
        {
            return;
        }
        if (count == 1)
        {
            _to.Add(next);
            return;
        }
        foreach (var middle in _characters.Closed([next]))
        {
            if (_characters.Read(middle, units[1]) is { } after)
            {
                _to.Add(after);
            }
        }
    }

    /// <summary>Adds the place inside of a character, if one from the first on, of so many, can follow.</summary>
    private void Inside(int state, int first, int size)
    {
        var (least, last) = (int.Max(first, size == 1 << 18 ? 0x10000 : 0), int.Min(first + size - 1, 0x10ffff));
        if (!_alphabet.Allows(least, last) || !_characters.ReadsAny(state, least, last))
        {
            return;
        }
        // Where the state tells none of the characters from another, one place stands for all like it. Not after a first byte
        // that only some bytes can follow: E0, ED, F0, F4.
        var alike = _alphabet.IsWhole && (least, last) == (first, first + size - 1) && (size == 1 << 6 || first is not (0 or 0xd000)) && _characters.ReadsAlike(state, least, last);
        var place = new Place(state, first, size);
        _to.Add(~Id(!alike || _alike.TryAdd((state, size, first > char.MaxValue), place) ? place : _alike[(state, size, first > char.MaxValue)]));
    }

    private int Id(Place place)
    {
        if (!_placeIds.TryGetValue(place, out var id))
        {
            _placeIds[place] = id = _places.Count;
            _places.Add(place);
            _leadsOf.Add(null);
        }
        return id;
    }

    /// <summary>
    /// A state of the automaton, between characters (a size of 1) or inside of one, which is then among so many from the
    /// first on. A state below zero is before a byte of the prefix.
    /// </summary>
    private readonly record struct Place(int State, int First, int Size);
}
