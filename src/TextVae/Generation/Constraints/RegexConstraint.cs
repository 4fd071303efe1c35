using System.Collections;

namespace TextVae.Generation.Constraints;

/// <summary>
/// The whole text matches a regular expression and begins with a prefix: an automaton that reads the tokens, whatever pieces
/// of text they are, in one state for each text. A token is allowed only where the text can still become whole within its
/// length, so that decoding under a constraint never gets stuck.
/// </summary>
internal sealed class RegexConstraint
{
    private const int MostCached = 1 << 24; // numbers in masks: 64 MB

    private readonly Utf8Automaton _automaton;
    private readonly Alphabet _alphabet;
    private readonly Effort _effort;
    private readonly List<bool[]> _finishing = []; // [tokens that remain][place of the automaton]
    private readonly List<BitArray?> _canFinish = []; // [state][tokens that remain]
    private readonly Dictionary<(int State, int Remaining), float[]> _masks = [];

    /// <summary>Ready for texts of up to some length.</summary>
    /// <param name="expression">What a text matches.</param>
    /// <param name="alphabet">The tokens and characters that it may have.</param>
    /// <param name="longest">The most tokens of a text.</param>
    /// <param name="prefix">What a text begins with, in whatever tokens.</param>
    /// <param name="effort">What it may cost, now and while texts are decoded.</param>
    /// <exception cref="InvalidInputException">It costs more.</exception>
    public RegexConstraint(RegexNode expression, Alphabet alphabet, int longest, string prefix, Effort effort)
    {
        (_automaton, _alphabet, _effort) = (new Utf8Automaton(expression, alphabet, prefix, effort), alphabet, effort);
        var successors = Successors();
        var states = successors.Values.SelectMany(next => next).Distinct().ToArray();
        var canFinish = new bool[_automaton.SetCount];
        var last = new bool[_automaton.PlaceCount];
        last[_automaton.Accepting] = true;
        _finishing.Add(last);
        for (var remaining = 1; remaining <= longest; remaining++)
        {
            foreach (var state in states)
            {
                canFinish[state] = AnyFinishes(state, last);
            }
            var row = new bool[last.Length];
            foreach (var (place, next) in successors)
            {
                row[place] = Array.Exists(next, after => canFinish[after]);
            }
            row[_automaton.Accepting] = alphabet.EndId is not null;
            _effort.Spend(last.Length);
            if (row.AsSpan().SequenceEqual(last))
            {
                break; // nor will more tokens make a difference
            }
            _finishing.Add(last = row);
        }
    }

    /// <summary>The state before the first token.</summary>
    public int Start => _automaton.Start;

    /// <summary>The state after a token.</summary>
    public int Next(int state, int token) => Read(state, _alphabet.Pieces[token]);

    /// <summary>Whether the text can become whole.</summary>
    /// <param name="state">Where it is.</param>
    /// <param name="remaining">How many more tokens it may have; without <c>&lt;end&gt;</c> in the vocabulary, must have.</param>
    public bool CanFinish(int state, int remaining)
    {
        while (_canFinish.Count <= state)
        {
            _canFinish.Add(null);
        }
        var known = _canFinish[state] ??= new BitArray(_finishing.Select(finishing => AnyFinishes(state, finishing)).ToArray());
        return known[int.Min(remaining, _finishing.Count - 1)];
    }

    /// <summary>What may come next, for each token: 0, or minus infinity where it is forbidden; <c>&lt;end&gt;</c> included.</summary>
    /// <param name="state">Where the text is.</param>
    /// <param name="remaining">As in <see cref="CanFinish"/>.</param>
    public ReadOnlySpan<float> Mask(int state, int remaining)
    {
        var key = (state, int.Min(remaining, _finishing.Count)); // with more of them nothing changes
        if (!_masks.TryGetValue(key, out var mask))
        {
            if ((_masks.Count + 1L) * _alphabet.Pieces.Count > MostCached)
            {
                _masks.Clear();
            }
            _masks[key] = mask = CreateMask(state, remaining);
        }
        return mask;
    }

    private float[] CreateMask(int state, int remaining)
    {
        var mask = new float[_alphabet.Pieces.Count];
        mask.AsSpan().Fill(float.NegativeInfinity);
        if (_alphabet.EndId is { } end && _automaton.Places(state).Contains(_automaton.Accepting))
        {
            mask[end] = 0;
        }
        if (remaining > 0)
        {
            foreach (var (token, next) in After(state).Where(after => CanFinish(after.Next, remaining - 1)))
            {
                mask[token] = 0;
            }
        }
        return mask;
    }

    /// <summary>The tokens that can follow, and the states after them.</summary>
    private IEnumerable<(int Token, int Next)> After(int state) =>
        from tokens in _alphabet.ByFirstByte
        where _automaton.Read(state, tokens.Key) != Utf8Automaton.Dead
        from token in tokens
        let next = Next(state, token)
        where next != Utf8Automaton.Dead
        select (token, next);

    private int Read(int state, ReadOnlySpan<byte> piece)
    {
        foreach (var value in piece)
        {
            if (state == Utf8Automaton.Dead)
            {
                break;
            }
            state = _automaton.Read(state, value);
        }
        return state;
    }

    private bool AnyFinishes(int state, bool[] finishing)
    {
        var places = _automaton.Places(state);
        var found = Array.FindIndex(places, place => finishing[place]);
        _effort.Spend(found < 0 ? places.Length : found + 1);
        return found >= 0;
    }

    /// <summary>The states that a token can lead to, for each place that tokens lead to.</summary>
    private Dictionary<int, int[]> Successors()
    {
        var successors = new Dictionary<int, int[]>();
        var followed = new HashSet<int>();
        var waiting = new Stack<int>(_automaton.Places(Start));
        while (waiting.TryPop(out var place))
        {
            if (successors.ContainsKey(place))
            {
                continue;
            }
            successors[place] = [.. After(_automaton.SetOf([place])).Select(after => after.Next).Distinct()];
            _effort.Spend(_alphabet.Pieces.Count);
            foreach (var next in successors[place].Where(followed.Add).SelectMany(_automaton.Places))
            {
                waiting.Push(next);
            }
        }
        return successors;
    }
}
