namespace TextVae.Generation.Constraints;

/// <summary>
/// A nondeterministic finite automaton of a regular expression (Thompson 1968), as large as the expression with its
/// counted repetitions written out. It is in a set of states at once; a closed set has only states that read a character, and
/// <see cref="Accepting"/>. Used by one thread at a time.
/// </summary>
internal sealed class RegexAutomaton
{
    /// <summary>The state in which the text may end.</summary>
    public const int Accepting = 0;

    /// <summary>The most states: enough for any text that a model writes.</summary>
    public const int MaximumCount = 5_000;

    private const int HighFirst = 0xd800, HighLast = 0xdbff, LowFirst = 0xdc00, LowLast = 0xdfff; // surrogates, the code units of a pair

    private readonly List<State> _states = [default];
    private readonly Effort _effort;
    private readonly int[] _seen; // by which walk each state was last
    private readonly Stack<int> _waiting = [];
    private readonly List<int> _reached = [];
    private readonly Dictionary<int, (bool Any, bool Alike)> _lows = [];
    private int _walks;

    /// <summary>The automaton that accepts what the expression matches.</summary>
    /// <exception cref="InvalidInputException">It would have more than <see cref="MaximumCount"/> states, or takes too much effort.</exception>
    public RegexAutomaton(RegexNode expression, Effort effort)
    {
        _effort = effort;
        Start = Add(expression, Accepting);
        _seen = new int[_states.Count];
    }

    /// <summary>The state before the first character; its set is not closed.</summary>
    public int Start { get; }

    /// <summary>A refusal of what is too large.</summary>
    public static InvalidInputException TooLarge() =>
        new(InputKind.Usage, $"regex: found more than {MaximumCount:N0} characters when its repetitions are written out; expected a smaller pattern");

    /// <summary>The state after a character, whose set is not closed; none if the state does not read it.</summary>
    public int? Read(int state, char character) => _states[state].Reads?.Contains(character) == true ? _states[state].Next : null;

    /// <summary>The reading and accepting states that these reach without reading, in ascending order.</summary>
    public int[] Closed(ReadOnlySpan<int> states)
    {
        _walks++;
        _reached.Clear();
        var passed = 0;
        foreach (var state in states)
        {
            Visit(state);
        }
        while (_waiting.TryPop(out var state))
        {
            passed++;
            if (state == Accepting || _states[state].Reads is not null)
            {
                _reached.Add(state);
                continue;
            }
            Visit(_states[state].Next);
            Visit(_states[state].Or);
        }
        _effort.Spend(passed);
        _reached.Sort();
        return [.. _reached];

        void Visit(int state)
        {
            if (_seen[state] != _walks)
            {
                _seen[state] = _walks;
                _waiting.Push(state);
            }
        }
    }

    /// <summary>Whether a state reads one of the characters (Unicode scalar values, surrogates included) from the first to the last.</summary>
    public bool ReadsAny(int state, int first, int last) => _states[state].Reads is { } reads && (last <= char.MaxValue
        ? reads.HasAny(first, last)
        : reads.HasAny(High(first), High(last)) && Lows(_states[state].Next).Any);

    /// <summary>Whether it goes on in the same way after each of them; no for some where it does.</summary>
    public bool ReadsAlike(int state, int first, int last) => _states[state].Reads is { } reads && (last <= char.MaxValue
        ? reads.HasAll(first, last)
        : reads.HasAll(HighFirst, HighLast) && Lows(_states[state].Next).Alike);

    /// <summary>Whether a low surrogate is read after a state, and whether all of them are in the same way.</summary>
    private (bool Any, bool Alike) Lows(int state)
    {
        if (!_lows.TryGetValue(state, out var lows))
        {
            var reads = Closed([state]).Select(next => _states[next].Reads).OfType<CharacterClass>().ToList();
            lows = (reads.Exists(low => low.HasAny(LowFirst, LowLast)), reads.TrueForAll(low => low.HasAll(LowFirst, LowLast) || !low.HasAny(LowFirst, LowLast)));
            _lows[state] = lows;
        }
        return lows;
    }

    private static int High(int character) => HighFirst + ((character - 0x10000) >> 10);

    /// <summary>Adds an expression before a state.</summary>
    /// <returns>Where it starts.</returns>
    private int Add(RegexNode expression, int next) => expression switch
    {
        CharacterNode character => Add(new State(character.Class, next, next)),
        SequenceNode sequence => sequence.Parts.Reverse().Aggregate(next, (after, part) => Add(part, after)),
        ChoiceNode choice => choice.Alternatives.Select(alternative => Add(alternative, next)).ToArray().Aggregate((one, other) => Add(new State(null, one, other))),
        RepeatNode repeat => AddRepeat(repeat, next),
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };

    private int AddRepeat(RepeatNode repeat, int next)
    {
        var start = next;
        if (repeat.Most is { } most)
        {
            for (var time = repeat.Least; time < most; time++)
            {
                start = Add(new State(null, Add(repeat.Part, start), next));
            }
        }
        else
        {
            start = Add(new State(null, next, next));
            _states[start] = new State(null, Add(repeat.Part, start), next);
        }
        for (var (time, after) = (0, -1); time < repeat.Least && start != after; time++) // the empty text needs no repetition
        {
            (start, after) = (Add(repeat.Part, start), start);
        }
        return start;
    }

    private int Add(State state)
    {
        if (_states.Count == MaximumCount)
        {
            throw TooLarge();
        }
        _states.Add(state);
        return _states.Count - 1;
    }

    /// <summary>Reads one character of a class, or none where that is null, and goes on in either state.</summary>
    private readonly record struct State(CharacterClass? Reads, int Next, int Or);
}
