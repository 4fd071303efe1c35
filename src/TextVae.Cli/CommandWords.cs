using System.CommandLine;
using System.Text.RegularExpressions;

namespace TextVae.Cli;

/// <summary>A command line as it was typed, to be typed again with changes.</summary>
internal static partial class CommandWords
{
    /// <param name="parsed">The command line.</param>
    /// <param name="command">The command in place of the one that was typed.</param>
    /// <param name="without">Options to leave out, with what they take.</param>
    /// <param name="behind">What to add.</param>
    public static string Again(ParseResult parsed, string command, IReadOnlyCollection<Option> without, params string[] behind)
    {
        var words = new List<string> { "textvae", command };
        Option? left = null;
        foreach (var word in parsed.Tokens.Skip(1).Select(token => token.Value))
        {
            var value = left is not null && left.ValueType != typeof(bool); // of the option before it
            left = value ? null : without.FirstOrDefault(option => option.Name == word);
            if (!value && left is null)
            {
                words.Add(word);
            }
        }
        return string.Join(' ', words.Concat(behind).Select(Quoted));
    }

    /// <summary>A word as shells read it.</summary>
    private static string Quoted(string word) => Plain().IsMatch(word) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./:,=@%+\[\]-]+$")]
    private static partial Regex Plain();
}
