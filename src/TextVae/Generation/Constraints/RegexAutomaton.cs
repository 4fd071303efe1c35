namespace TextVae.Generation.Constraints;

/// <summary>
/// A nondeterministic finite automaton of a regular expression (Thompson 1968), as large as the expression with its
/// counted repetitions written out. It is in a set of states at once; a set has only states that read a character, and
/// <see cref="Accepting"/>.
/// </summary>
internal sealed class RegexAutomaton
{
    /// <summary>The state in which the text may end.</summary>
    public const int Accepting = 0;

    /// <summary>The most states: enough for any text that a model writes.</summary>
    public const int MaximumCount = 5_000;

    private const int HighFirst = 0xd800, HighLast = 0xdbff, LowFirst = 0xdc00, LowLast = 0xdfff; // surrogates, the code units of a pair

    private readonly List<State> _states = [default];
    private readonly Dictionary<int, int[]> _reached = [];

    /// <summary>The automaton that accepts what the expression matches.</summary>
    /// <exception cref="InvalidInputException">It would have more than <see cref="MaximumCount"/> states.</exception>
    public RegexAutomaton(RegexNode expression) => Start = Reached(Add(expression, Accepting));

    /// <summary>The states before the first character, in ascending order.</summary>
    public int[] Start { get; }

    /// <summary>The states after one more character.</summary>
    /// <param name="states">In ascending order, without repetition; as is the result, empty where nothing goes on.</param>
    /// <param name="character">What is read.</param>
    public int[] Read(int[] states, char character)
    {
        var nexts = states.Where(state => _states[state].Reads?.Contains(character) == true).Select(state => Reached(_states[state].Next)).ToArray();
        return nexts is [var only] ? only : [.. nexts.SelectMany(next => next).Distinct().Order()];
    }

    /// <summary>Whether a state reads one of the characters (Unicode scalar values, surrogates included) from the first to the last.</summary>
    public bool ReadsAny(int state, int first, int last) => _states[state].Reads is { } reads && (last <= char.MaxValue
        ? reads.HasAny(first, last)
        : reads.HasAny(High(first), High(last)) && Array.Exists(Reached(_states[state].Next), next => _states[next].Reads?.HasAny(LowFirst, LowLast) == true));

    /// <summary>Whether it goes on in the same way after each of them; no for some where it does.</summary>
    public bool ReadsAlike(int state, int first, int last) => _states[state].Reads is { } reads && (last <= char.MaxValue
        ? reads.HasAll(first, last)
        : reads.HasAll(HighFirst, HighLast) && Array.TrueForAll(Reached(_states[state].Next), next =>
            _states[next].Reads is not { } low || low.HasAll(LowFirst, LowLast) || !low.HasAny(LowFirst, LowLast)));

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
            throw new InvalidInputException(InputKind.Usage, $"regex: found more than {MaximumCount:N0} characters when its repetitions are written out; expected a smaller pattern");
        }
        _states.Add(state);
        return _states.Count - 1;
    }

    /// <summary>The reading and accepting states that a state reaches without reading.</summary>
    private int[] Reached(int from)
    {
        if (_reached.TryGetValue(from, out var known))
        {
            return known;
        }
        var (seen, waiting) = (new HashSet<int> { from }, new Stack<int>([from]));
        while (waiting.TryPop(out var state))
        {
            if (state != Accepting && _states[state] is { Reads: null } fork)
            {
                int[] both = [fork.Next, fork.Or];
                foreach (var next in both.Where(seen.Add))
                {
                    waiting.Push(next);
                }
            }
        }
        return _reached[from] = [.. seen.Where(state => state == Accepting || _states[state].Reads is not null).Order()];
    }

    /// <summary>Reads one character of a class, or none where that is null, and goes on in either state.</summary>
    private readonly record struct State(CharacterClass? Reads, int Next, int Or);
}
