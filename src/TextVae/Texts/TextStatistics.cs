using System.Text;

namespace TextVae.Texts;

/// <summary>What a stream of texts is like, gathered in constant memory.</summary>
/// <param name="seed">Chooses the texts on which diversity is measured.</param>
public sealed class TextStatistics(long seed)
{
    /// <summary>Diversity depends on the number of texts, so it is always measured on so many (Zhu et al. 2018: 500).</summary>
    public const int SubsetSize = 500;

    private readonly Reservoir<string> _subset = new(SubsetSize, seed);

    /// <summary>The texts' lengths in characters (Unicode scalar values).</summary>
    public EmpiricalDistribution<int> Lengths { get; } = new();

    /// <summary>The characters of all texts.</summary>
    public EmpiricalDistribution<Rune> Characters { get; } = new();

    /// <summary>A random subset of the texts.</summary>
    public IReadOnlyList<string> Subset => _subset.Kept;

    /// <summary>Takes a text in.</summary>
    public void Add(string text)
    {
        var length = 0;
        foreach (var character in text.EnumerateRunes())
        {
            Characters.Add(character);
            length++;
        }
        Lengths.Add(length);
        _subset.Add(text);
    }
}
