using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace TextVae.Generation.Constraints;

/// <summary>
/// The characters that a part of a pattern such as <c>a</c>, <c>\d</c> or <c>[^a-z]</c> matches. .NET's regular
/// expressions say which those are, so that both agree. A character is here a UTF-16 code unit, as it is there. Any number of
/// threads may use it.
/// </summary>
/// <param name="pattern">A pattern that matches exactly one character.</param>
internal sealed class CharacterClass(string pattern)
{
    private const int BlockSize = 64;

    private readonly Regex _regex = new(pattern, RegexOptions.CultureInvariant);
    private readonly ConcurrentDictionary<int, ulong> _blocks = []; // a bit for each character

    public bool Contains(char character) => (Bits(character / BlockSize) >> (character % BlockSize) & 1) != 0;

    /// <summary>Whether it has one of the characters from the first to the last.</summary>
    public bool HasAny(int first, int last)
    {
        for (var block = first / BlockSize; block <= last / BlockSize; block++)
        {
            if ((Bits(block) & Within(block, first, last)) != 0)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether it has all of them.</summary>
    public bool HasAll(int first, int last)
    {
        for (var block = first / BlockSize; block <= last / BlockSize; block++)
        {
            if ((~Bits(block) & Within(block, first, last)) != 0)
            {
                return false;
            }
        }
        return true;
    }

    private static ulong Within(int block, int first, int last)
    {
        var (from, to) = (int.Max(0, first - block * BlockSize), int.Min(BlockSize - 1, last - block * BlockSize));
        return ulong.MaxValue >> (BlockSize - 1 - (to - from)) << from;
    }

    private ulong Bits(int index) => _blocks.TryGetValue(index, out var block) ? block : _blocks.GetOrAdd(index, Block);

    private ulong Block(int index)
    {
        var block = 0UL;
        Span<char> characters = stackalloc char[BlockSize];
        for (var i = 0; i < BlockSize; i++)
        {
            characters[i] = (char)(index * BlockSize + i);
        }
        foreach (var match in _regex.EnumerateMatches(characters))
        {
            block |= 1UL << match.Index;
        }
        return block;
    }
}
