using System.CommandLine;
using TextVae.Texts;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae keys [PATTERN]</c>: what <c>--set</c> can change, and what it means.</summary>
internal static class KeysCommand
{
    public const string Name = "keys";

    private const double MostOfName = 0.6; // normalised edit distance of what is taken for a mistyped key

    public static Command Create()
    {
        var pattern = new Argument<string?>("PATTERN") { Description = "Only keys that have this in their name, or in what they mean.", Arity = ArgumentArity.ZeroOrOne };
        var json = CommonOptions.Json();
        var command = new Command(Name, "List the keys of recipes, which --set changes: what each takes, what it is where a recipe says nothing, and what it means.") { pattern, json };
        command.SetAction(parsed =>
        {
            var meanings = KeyMeanings.Load();
            var all = RecipeFile.Keys.Select(key => (Key: key, Meaning: meanings.Of(key.Property))).ToList();
            var wanted = parsed.GetValue(pattern) ?? "";
            var found = all.FindAll(entry => Has(entry.Key.Key, wanted) || Has(entry.Meaning, wanted));
            if (found.Count == 0)
            {
                var near = EditDistance.Nearest(wanted, all.Select(entry => entry.Key.Key), MostOfName);
                throw new InvalidInputException(InputKind.Usage, $"{Name}: found no key with '{Visible.Of(wanted, longest: 40)}'{CommandLine.Hint(near)}; expected a part of one, such as training or kl");
            }
            if (parsed.GetValue(json))
            {
                foreach (var (key, meaning) in found)
                {
                    Output.WriteJson(new { key.Key, key.Kinds, key.Type, key.Default, Meaning = meaning });
                }
                return ExitCodes.Done;
            }
            Output.WriteMeanings([.. found.Select(entry => (entry.Key.Key, $"{entry.Meaning} ({Takes(entry.Key)}; default {entry.Key.Default})"))]);
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Takes(RecipeKey key) => key.Kinds.Count > 0 ? $"{key.Type}, of {string.Join(", ", key.Kinds)}" : key.Type;

    private static bool Has(string text, string wanted) => text.Contains(wanted, StringComparison.OrdinalIgnoreCase);
}
