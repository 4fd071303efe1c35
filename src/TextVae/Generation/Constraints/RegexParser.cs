using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TextVae.Generation.Constraints;

/// <summary>
/// Reads the regular part of .NET's patterns: literals, classes, groups, alternatives and quantifiers. .NET has checked the
/// syntax before; what no finite automaton of ours decides is refused by its name.
/// </summary>
internal sealed partial class RegexParser
{
    private const int DeepestNesting = 200; // each level is a level of recursion

    private readonly string _pattern;
    private int _at;
    private int _depth;
    private readonly Dictionary<string, CharacterClass> _classes = [];
    private int _characters;

    private RegexParser(string pattern) => _pattern = pattern;

    /// <summary>Reads a pattern that the whole text must match; <c>^</c> before and <c>$</c> after it change nothing.</summary>
    /// <exception cref="InvalidInputException">The pattern is malformed or not regular.</exception>
    public static RegexNode Parse(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
        }
        catch (ArgumentException error)
        {
            throw new InvalidInputException(InputKind.Usage, $"regex: {error.Message.TrimEnd('.')}; expected a pattern of .NET's regular expressions", error);
        }
        return new RegexParser(pattern).Choice();
    }

    private RegexNode Choice()
    {
        var alternatives = new List<RegexNode> { Sequence() };
        while (Skip("|"))
        {
            alternatives.Add(Sequence());
        }
        return alternatives is [var only] ? only : new ChoiceNode(alternatives);
    }

    private SequenceNode Sequence()
    {
        var parts = new List<RegexNode>();
        _ = _depth == 0 && Skip("^");
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            if (_depth == 0 && _pattern[_at] == '$' && (_at + 1 == _pattern.Length || _pattern[_at + 1] == '|'))
            {
                _at++;
                break;
            }
            parts.Add(Quantified(_pattern[_at] == '(' ? Group() : Character()));
        }
        return new SequenceNode(parts);
    }

    private RegexNode Quantified(RegexNode part)
    {
        if (Quantifier().Match(_pattern, _at) is not { Success: true } found)
        {
            return part;
        }
        _at += found.Length; // with the '?' of a lazy quantifier, which matches the same texts
        return found.Groups["sign"].Value switch
        {
            "*" => new RepeatNode(part, 0, null),
            "+" => new RepeatNode(part, 1, null),
            "?" => new RepeatNode(part, 0, 1),
            _ => Counted(part, int.Parse(found.Groups["least"].ValueSpan, CultureInfo.InvariantCulture), found.Groups["comma"].Success, found.Groups["most"].ValueSpan),
        };
    }

    private static RepeatNode Counted(RegexNode part, int least, bool comma, ReadOnlySpan<char> most) =>
        new(part, least, !comma ? least : most.IsEmpty ? null : int.Parse(most, CultureInfo.InvariantCulture));

    private RegexNode Group()
    {
        if (Refused().FirstOrDefault(refused => StartsWith(refused.Start)) is { Name: { } name })
        {
            throw Unsupported(name);
        }
        if (NamedGroup().Match(_pattern, _at) is { Success: true } named)
        {
            _at += named.Length;
        }
        else if (!Skip("(?:"))
        {
            if (StartsWith("(?"))
            {
                throw Unsupported(StartsWith("(?<") || StartsWith("(?'") ? "a balancing group" : "inline options");
            }
            _at++;
        }
        if (++_depth > DeepestNesting)
        {
            throw Unsupported($"a group inside {DeepestNesting} others");
        }
        var inside = Choice();
        _depth--;
        _ = Skip(")");
        return inside;
    }

    private static (string Start, string Name)[] Refused() =>
    [
        ("(?=", "a lookahead"), ("(?!", "a lookahead"), ("(?<=", "a lookbehind"), ("(?<!", "a lookbehind"),
        ("(?>", "an atomic group"), ("(?(", "a conditional"), ("(?#", "a comment"),
    ];

    private CharacterNode Character()
    {
        var start = _at;
        if (Quantifier().IsMatch(_pattern, _at))
        {
            throw Unsupported("a quantifier of an anchor");
        }
        switch (_pattern[_at])
        {
            case '^' or '$':
                throw Unsupported("an anchor inside the pattern");
            case '[':
                SkipClass();
                break;
            case '\\':
                SkipEscape();
                break;
            default:
                _at++;
                break;
        }
        if (++_characters > RegexAutomaton.MaximumCount)
        {
            throw RegexAutomaton.TooLarge();
        }
        var text = _pattern[start.._at];
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_classes, text, out _);
        return new CharacterNode(known ??= new CharacterClass(text == "{" ? @"\{" : text));
    }

    private void SkipEscape()
    {
        var next = _pattern[_at + 1];
        if (next is 'b' or 'B' or 'A' or 'z' or 'Z' or 'G')
        {
            throw Unsupported(next is 'b' or 'B' ? "a word boundary" : "an anchor inside the pattern");
        }
        if (next == '0')
        {
            throw Unsupported("an octal escape");
        }
        if (next is 'k' or (>= '1' and <= '9') || OldBackreference().IsMatch(_pattern, _at))
        {
            throw Unsupported("a backreference");
        }
        _at = next switch
        {
            'x' => _at + 4,
            'u' => _at + 6,
            'c' => _at + 3,
            'p' or 'P' => _pattern.IndexOf('}', _at) + 1,
            _ => _at + 2,
        };
    }

    private void SkipClass()
    {
        _at++;
        _ = Skip("^");
        for (var first = true; first || _pattern[_at] != ']'; first = false)
        {
            if (char.IsSurrogate(_pattern[_at]))
            {
                throw Unsupported("a character above U+FFFF in a class, of which .NET would match a half");
            }
            if (_pattern[_at] == '[' && !first)
            {
                throw Unsupported("a bracket or subtraction inside a class");
            }
            _at += _pattern[_at] != '\\' ? 1 : _pattern[_at + 1] == 'c' ? 3 : 2;
        }
        _at++;
    }

    private bool StartsWith(string text) => _pattern.AsSpan(_at).StartsWith(text, StringComparison.Ordinal);

    private bool Skip(string text)
    {
        if (!StartsWith(text))
        {
            return false;
        }
        _at += text.Length;
        return true;
    }

    private InvalidInputException Unsupported(string name) => new(
        InputKind.Usage,
        $"regex '{_pattern}', character {_at + 1}: found {name}; expected literals, classes, groups, alternatives and quantifiers");

    [GeneratedRegex(@"\G(?:(?<sign>[*+?])|\{(?<least>[0-9]+)(?<comma>,(?<most>[0-9]*))?\})\??")]
    private static partial Regex Quantifier();

    [GeneratedRegex(@"\G\(\?(?:<\w+>|'\w+')")]
    private static partial Regex NamedGroup();

    [GeneratedRegex(@"\G\\(?:<\w+>|'\w+')")]
    private static partial Regex OldBackreference();
}
