namespace TextVae.Generation.Constraints;

/// <summary>
/// The whole text matches a regular expression: its automaton read token by token, made deterministic state by state as
/// texts reach them (subset construction).
/// </summary>
internal sealed class RegexConstraint : ITokenConstraint
{
    private const int Unread = -1;

    private static readonly EqualityComparer<int[]> SameStates = EqualityComparer<int[]>.Create(
        (one, other) => one.AsSpan().SequenceEqual(other),
        states => states.Aggregate(17, (hash, state) => hash * 31 + state));

    private readonly RegexAutomaton _automaton;
    private readonly Alphabet _alphabet;
    private readonly List<bool[]> _finishing = []; // [tokens that remain][state of the automaton]
    private readonly List<(int[] States, int[] Next)> _subsets = []; // Next: the subset after each token
    private readonly Dictionary<int[], int> _ids = new(SameStates);
    private readonly Dictionary<(int State, int Remaining), float[]> _masks = [];

    /// <summary>Ready for texts of up to some length.</summary>
    /// <param name="expression">What a text matches.</param>
    /// <param name="alphabet">The tokens that it may have.</param>
    /// <param name="longest">The most tokens of a text.</param>
    public RegexConstraint(RegexNode expression, Alphabet alphabet, int longest)
    {
        (_automaton, _alphabet) = (new RegexAutomaton(expression), alphabet);
        Start = Id(_automaton.Start);
        var successors = Enumerable.Range(0, _automaton.Count).Select(Successors).ToArray();
        var last = new bool[_automaton.Count];
        last[RegexAutomaton.Accepting] = true;
        _finishing.Add(last);
        for (var remaining = 1; remaining <= longest; remaining++)
        {
            var row = Array.ConvertAll(successors, next => Array.Exists(next, state => last[state]));
            row[RegexAutomaton.Accepting] = alphabet.EndId is not null;
            if (row.AsSpan().SequenceEqual(last))
            {
                break; // nor will more tokens make a difference
            }
            _finishing.Add(last = row);
        }
    }

    /// <inheritdoc/>
    public int Start { get; }

    /// <inheritdoc/>
    public int Next(int state, int token)
    {
        var (states, next) = _subsets[state];
        if (next[token] == Unread)
        {
            next[token] = Id(Read(states, _alphabet.Texts[token]!));
        }
        return next[token];
    }

    /// <inheritdoc/>
    public bool CanFinish(int state, int remaining)
    {
        var finishing = _finishing[int.Min(remaining, _finishing.Count - 1)];
        return Array.Exists(_subsets[state].States, inside => finishing[inside]);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Mask(int state, int remaining)
    {
        var key = (state, int.Min(remaining, _finishing.Count)); // with more of them nothing changes
        if (!_masks.TryGetValue(key, out var mask))
        {
            _masks[key] = mask = [.. Enumerable.Range(0, _alphabet.Texts.Count).Select(token => Allows(state, token, remaining) ? 0 : float.NegativeInfinity)];
        }
        return mask;
    }

    private bool Allows(int state, int token, int remaining) => token == _alphabet.EndId
        ? _subsets[state].States.Contains(RegexAutomaton.Accepting)
        : remaining > 0 && _alphabet.Texts[token] is not null && CanFinish(Next(state, token), remaining - 1);

    private int[] Successors(int state) =>
        [.. _alphabet.Texts.OfType<string>().Select(text => Read([state], text)).Distinct().SelectMany(states => states).Distinct()];

    private int[] Read(int[] states, string text) => text.Aggregate(states, _automaton.Read);

    private int Id(int[] states)
    {
        if (!_ids.TryGetValue(states, out var id))
        {
            _ids[states] = id = _subsets.Count;
            var next = new int[_alphabet.Texts.Count];
            next.AsSpan().Fill(Unread);
            _subsets.Add((states, next));
        }
        return id;
    }
}
