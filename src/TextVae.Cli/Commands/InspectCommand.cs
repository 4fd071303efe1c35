using System.CommandLine;
using System.Text;
using Spectre.Console;
using TextVae.Data;
using static System.FormattableString;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae inspect FILE</c>: what is in a file of texts, and what would be trained on it.</summary>
internal static class InspectCommand
{
    private const int Bars = 12;
    private const int ShownCharacters = 60;
    private const int ShownTexts = 3;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Files of texts, as 'textvae train --data' takes them. Default: the built-in corpus.", Arity = ArgumentArity.ZeroOrMore };
        var column = CommonOptions.Column("data.column");
        var encoding = CommonOptions.Encoding();
        var invalid = CommonOptions.InvalidUtf8("fail");
        var minutes = Numbers.Option<double>("--minutes", "How long training may take here.", TrainingRequest.DefaultMinutes, least: 0.05, most: 100_000);
        var set = CommonOptions.Set();
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Say what is in a file of texts, and what 'textvae train' would train on it.") { files, column, encoding, invalid, minutes, set, json };
        command.SetAction(parsed =>
        {
            var overrides = CommonOptions.DataOverrides(parsed.GetValue(set), parsed.GetValue(column), parsed.GetValue(encoding), parsed.GetValue(invalid)).ToList();
            var paths = parsed.GetValue(files) is { Length: > 0 } named ? named : [BuiltInCorpus.Name];
            var texts = TextVae.TrainingTexts.Files(paths);
            var chosen = AutoRecipe.For(texts, TimeSpan.FromMinutes(parsed.GetValue(minutes)), overrides);
            var data = chosen.Recipe.Data;
            var opened = paths.Select(path => TextFile.Of(path, data.InvalidUtf8, data.Encoding)).ToList();
            List<string> first = [], notes = [.. opened.Select(file => file.ColumnNote(data.Column)).OfType<string>()];
            var survey = TextSurvey.Of(Texts(opened, data, first));
            var split = SplitSurvey.Of(data, texts);
            if (parsed.GetValue(json))
            {
                Output.WriteJson(new
                {
                    Files = paths,
                    Notes = notes,
                    survey.Texts,
                    survey.Empty,
                    survey.Distinct,
                    survey.NearDistinct,
                    survey.Characters,
                    survey.MeanLength,
                    MedianLength = survey.LengthOf(0.5),
                    Length99 = survey.LengthOf(0.99),
                    survey.Longest,
                    Alphabet = survey.Alphabet.Count,
                    Split = split,
                    Seconds = chosen.Duration?.TotalSeconds,
                    chosen.Recipe,
                });
                return ExitCodes.Done;
            }
            Print(paths, notes, first, survey, split, chosen);
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>The files' texts, of which the first are kept to be shown.</summary>
    private static IEnumerable<string> Texts(IReadOnlyList<TextFile> files, DataConfig data, List<string> first)
    {
        foreach (var file in files)
        {
            foreach (var text in file.Texts(file.HasColumns ? data.Column : null))
            {
                if (first.Count < ShownTexts && !string.IsNullOrWhiteSpace(text))
                {
                    first.Add(text);
                }
                yield return text;
            }
        }
    }

    private static void Print(string[] paths, IReadOnlyList<string> notes, IReadOnlyList<string> first, TextSurvey survey, SplitSurvey split, AutoRecipe chosen)
    {
        Output.WriteLine(Invariant($"{string.Join(", ", paths)}: {survey.Texts:N0} texts, {survey.Characters:N0} characters{(survey.Empty > 0 ? Invariant($", and {survey.Empty:N0} empty lines") : "")}"));
        foreach (var text in first)
        {
            Output.WriteLine($"    {text}");
        }
        foreach (var note in notes)
        {
            Output.WriteLine(note);
        }
        Output.WriteLine();
        Output.WriteLine(Invariant($"lengths: {survey.LengthOf(0):N0} to {survey.Longest:N0} characters, half of them up to {survey.LengthOf(0.5):N0}, 99% up to {survey.LengthOf(0.99):N0}"));
        Histogram(survey);
        Output.WriteLine();
        Output.WriteLine($"characters: {survey.Alphabet.Count:N0} different ones: {Characters(survey)}");
        Output.WriteLine(Invariant($"duplicates: {survey.Texts - survey.Distinct:N0} texts repeat another, {survey.Distinct - survey.NearDistinct:N0} more do but for case, spaces and punctuation"));
        Output.WriteLine(Invariant($"split: {split.Train:N0} for training, {split.Validation:N0} for validation, {split.Test:N0} for test; of {split.LookedAt:N0} of the latter, {split.Same:N0} are among those for training, and {split.NearTraining:N0} differ from one of them by a tenth or less"));
        Output.WriteLine();
        Output.WriteLine("'textvae train' would train:");
        foreach (var reason in chosen.Reasons.Skip(1))
        {
            Output.WriteLine($"    {reason}");
        }
    }

    /// <summary>How many texts have how many characters; the longest hundredth is one bar.</summary>
    private static void Histogram(TextSurvey survey)
    {
        var (least, most) = (survey.LengthOf(0), survey.LengthOf(0.99));
        var width = Math.Max(1, (int)Math.Ceiling((most - least + 1) / (double)Bars));
        var chart = new BarChart().Width(Math.Min(Output.Standard.Profile.Width, 100));
        for (var from = least; from <= most; from += width)
        {
            var to = Math.Min(from + width - 1, most);
            chart.AddItem(from == to ? $"{from}" : $"{from}-{to}", survey.LongerThan(from - 1) - survey.LongerThan(to), Color.Blue);
        }
        if (survey.Longest > most)
        {
            chart.AddItem($"{most + 1}-{survey.Longest}", survey.LongerThan(most), Color.Grey);
        }
        Output.Standard.Write(chart);
    }

    private static string Characters(TextSurvey survey)
    {
        var shown = new StringBuilder();
        foreach (var (character, _) in survey.Alphabet.Take(ShownCharacters).Where(known => !Rune.IsWhiteSpace(known.Character) && !Rune.IsControl(known.Character)))
        {
            shown.Append(character);
        }
        return survey.Alphabet.Count > ShownCharacters ? $"{shown} ..." : shown.ToString();
    }
}
