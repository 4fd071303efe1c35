using System.Text.RegularExpressions;

namespace TextVae.Generation.Constraints;

/// <summary>
/// The characters that a part of a pattern such as <c>a</c>, <c>\d</c> or <c>[^a-z]</c> matches. .NET's regular
/// expressions say which those are, so that both agree. A character is here a UTF-16 code unit, as it is there.
/// </summary>
/// <param name="pattern">A pattern that matches exactly one character.</param>
internal sealed class CharacterClass(string pattern)
{
    private readonly Regex _regex = new($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant);
    private readonly Dictionary<char, bool> _known = [];

    public bool Contains(char character)
    {
        if (!_known.TryGetValue(character, out var contains))
        {
            _known[character] = contains = _regex.IsMatch([character]);
        }
        return contains;
    }
}
