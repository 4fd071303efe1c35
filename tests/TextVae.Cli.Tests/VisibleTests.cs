using CsCheck;

namespace TextVae.Cli.Tests;

/// <summary>What others have written, as people are shown it.</summary>
public class VisibleTests(TrainedRun trained)
{
    private const string Escape = "\u001b";

    [Theory]
    [InlineData("", "")]
    [InlineData("漢字 é 😀 👩‍👧 [red]x[/] \\", "漢字 é 😀 👩‍👧 [red]x[/] \\")]
    [InlineData("\u001b]0;title\u0007\u001b[31m", @"\u001b]0;title\u0007\u001b[31m")]
    [InlineData("a\tb\0\u007f\u009b31m", @"a\tb\u0000\u007f\u009b31m")]
    [InlineData("one\r\ntwo\rthree\u2028four\u0085", "one⏎two⏎three⏎four⏎")]
    [InlineData("\u202agpj\u202e\u2066\u2069", @"\u202agpj\u202e\u2066\u2069")]
    public void What_commands_a_terminal_is_written_out(string text, string expected) => Assert.Equal(expected, Visible.Of(text, 100));

    [Fact]
    public void The_middle_of_a_long_text_is_left_out()
    {
        Assert.Equal("abcdefgh", Visible.Of("abcdefgh", 8));
        Assert.Equal("abcdef … hi", Visible.Of("abcdefghi", 8));
        Assert.Equal("abcde … i", Visible.Of("abcde😀gh😀i", 8)); // no character is halved
    }

    [Fact]
    public void No_text_has_anything_left_that_acts() => Gen.String[Gen.Char, 0, 200].Sample(text =>
    {
        var shown = Visible.Of(text, 50);
        return !shown.Any(char.IsControl) && shown.IndexOfAny(['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u2028', '\u2029']) < 0 && shown.Length <= 6 * 50 + 3;
    });

    [Fact]
    public void Refusals_and_notes_show_hostile_names_and_texts_without_obeying_them()
    {
        using var folder = trained.Copy();
        Shows(TextVaeProcess.Run(folder, "sample", $"no{Escape}[31m\u202ewhere"), 3, @"no\u001b[31m\u202ewhere");
        Shows(TextVaeProcess.Run(folder, "sample", "run", "--temperature", $"{Escape}[2J"), 1, @"found '\u001b[2J'");
        Shows(TextVaeProcess.Run(folder, "sample", "run", $"--{Escape}c"), 1, @"\u001bc");
        Shows(TextVaeProcess.Run(folder, "reconstruct", "run", $"cat\u009b{Escape}[2Jcat eats owls"), 2, @"\u009b\u001b[2J");
        folder.Write("columns.csv", $"id,{Escape}]0;x\u0007\n1,a\n");
        Shows(TextVaeProcess.Run(folder, "reconstruct", "run", "--data", "columns.csv"), 2, @"\u001b]0;x\u0007");
        Directory.Move(folder["run"], folder[$"[red]{Escape}[b]"]);
        Shows(TextVaeProcess.Run(folder, "train", "--resume", "--out", $"[red]{Escape}[b]"), 0, @"[red]\u001b[b]");
        void Shows(Ended ended, int exitCode, string shown)
        {
            Assert.Equal(exitCode, ended.ExitCode);
            Assert.Contains(shown, ended.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(ended.Error, letter => char.IsControl(letter) && letter != '\n' || letter == '\u202e');
        }
    }

    [Fact]
    public void A_long_name_in_a_refusal_is_cut_and_what_was_expected_is_not()
    {
        using var folder = new TemporaryFolder();
        var ended = TextVaeProcess.Run(folder, "train", new string('x', 100_000));
        Refusal.Of(1, ended, "xxx … ", "expected a JSON file or one of");
        Assert.InRange(ended.Error.Length, 500, 1100);
    }

    [Fact]
    public void A_terminal_gets_no_escape_of_a_texts_and_a_program_gets_the_text_as_it_is()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "needs script, which makes a terminal");
        using var folder = trained.Copy();
        string[] texts = [$"cat{Escape}]0;x", "dog\u009b[31m", "hen\u202eowl", "[red]x[/]"];
        folder.Write("texts.txt", string.Join('\n', texts) + "\n");
        const string Score = "textvae score run --data texts.txt";

        var piped = TextVaeProcess.Shell(folder, Score).Succeeded();
        Assert.Equal(texts.Order(StringComparer.Ordinal), piped.Select(line => line[(line.IndexOf("%  ", StringComparison.Ordinal) + 3)..]).Order(StringComparer.Ordinal));

        foreach (var command in new[] { Score, "textvae encode run --data texts.txt", "textvae inspect texts.txt", $"{Score} --json", $"{Score} --characters", $"NO_COLOR=1 {Score} --characters" })
        {
            var shown = TextVaeProcess.Shell(folder, $"export -f textvae; program=$0 script -qec 'bash -c \"{command.Replace("textvae", "$program", StringComparison.Ordinal)}\"' /dev/null </dev/null").Succeeded();
            Assert.All(shown, line => Assert.DoesNotContain(line, letter => letter is '\u009b' or '\u202e'));
            Assert.All(shown, line => Assert.DoesNotContain($"{Escape}]", line, StringComparison.Ordinal));
            Assert.Contains(shown, line => line.Contains(@"\u202e", StringComparison.Ordinal) || command.Contains("characters", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Brackets_are_no_markup_in_texts_tokens_and_names()
    {
        using var folder = TinyCorpus.Prepare();
        string[] hostile = ["[red]a[/]", "[/]", "[link=x]b", "[[bold]]c", "]["];
        var name = "[red][link=x]" + new string('y', 200) + "[].txt";
        File.AppendAllLines(folder["animals.txt"], hostile);
        File.Move(folder["animals.txt"], folder[name]);
        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", name, "--out", "[red]run[]", "--set", "data.tokenizer=subwords").Succeeded();

        var listed = string.Concat(TextVaeProcess.Run(folder, "cache", "list").Succeeded());
        Assert.Contains("[red][link=x]yyy", listed, StringComparison.Ordinal);
        TextVaeProcess.Run(folder, "info", "[red]run[]").Succeeded();
        foreach (var shown in new[] { "", "NO_COLOR=1", "TERM=dumb" })
        {
            var lines = string.Join('\n', TextVaeProcess.Shell(folder, $"{shown} textvae score '[red]run[]' --characters {string.Join(' ', hostile.Select(text => $"'{text}'"))}").Succeeded());
            Assert.All(hostile, text => Assert.Contains(text, lines, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void All_is_printed_in_one_place()
    {
        var folder = Path.Combine(Source(), "src", "TextVae.Cli");
        string[] allowed = ["Output.cs", "Program.cs", "BrokenPipe.cs"];
        foreach (var file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !allowed.Contains(Path.GetFileName(file))))
        {
            Assert.DoesNotContain("Console.Out.", File.ReadAllText(file), StringComparison.Ordinal);
            Assert.DoesNotContain("Console.Error.", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    private static string Source([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
}
