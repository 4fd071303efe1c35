using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using TextVae.Generation.Constraints;
using TextVae.Tokenizers;

namespace TextVae.Tests.Generation.Constraints;

/// <summary>.NET's regular expressions are what the automaton is held against.</summary>
public class RegexConstraintTests
{
    private const string Characters = "abc.-]1 é\n{€";

    // None is empty, by itself or by {0}: .NET 10 has (?:b+|)+ not match the empty text, so these have a test of their own.
    private static readonly string[] Atoms =
        ["a", "b", "c", "ab", "é", "-", "]", "{", "1", ".", "[ab]", "[^a]", "[a-c]", "[]a]", "[^]b-]", @"[\w-]", @"[\x61\]\n-]", @"\w", @"\W", @"\d", @"\s", @"\S", @"\.", @"\x61", @"\u0062", @"\p{Ll}", @"[\p{L}-é]", @"\{"];

    private static readonly string[] Quantifiers = ["*", "+", "?", "{2}", "{1,}", "{0,2}", "{2,3}", "*?", "{1,3}?"];

    private static readonly string[] Groups = ["(", "(?:", "(?<name>", "(?'n'"];

    private static Gen<string> Patterns(int depth)
    {
        var atom = Gen.OneOf(Atoms);
        if (depth == 0)
        {
            return atom;
        }
        var inside = Patterns(depth - 1);
        var group = Gen.Select(Gen.OneOf(Groups), inside).Select((open, pattern) => $"{open}{pattern})");
        return Gen.Frequency(
            (3, atom),
            (3, Gen.Select(inside, inside, string.Concat)),
            (2, Gen.Select(inside, inside).Select((one, other) => $"{one}|{other}")),
            (1, group),
            (4, Gen.Select(group, Gen.OneOf(Quantifiers), string.Concat)),
            (1, Gen.Select(Gen.OneOf("a", "[bc]", "."), Gen.OneOf(Quantifiers), string.Concat)));
    }

    private static CharacterTokenizer Tokenizer(string characters, bool hasEnd = true) =>
        new(new Vocabulary(["<pad>", "<unk>", .. hasEnd ? ["<end>"] : Array.Empty<string>(), .. characters.EnumerateRunes().Select(rune => rune.ToString())]));

    private static RegexConstraint Constraint(string pattern, CharacterTokenizer tokenizer, int longest) =>
        new(RegexParser.Parse(pattern), new Alphabet(tokenizer, null), longest, "", new Effort(Effort.Usual, default));

    private static Regex Whole(string pattern) => new($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    [Fact]
    public void A_text_may_end_just_where_it_matches()
    {
        var tokenizer = Tokenizer(Characters);
        Gen.Select(Patterns(3), Gen.String[Gen.OneOf([.. Characters]), 0, 6].Array[20]).Sample((pattern, texts) =>
        {
            var (expected, constraint) = (Whole(pattern), Constraint(pattern, tokenizer, longest: 6));
            foreach (var text in texts)
            {
                var ids = new List<int>();
                tokenizer.Encode(text, ids);
                var end = ids.Aggregate(constraint.Start, constraint.Next);
                Assert.Equal(expected.IsMatch(text), constraint.Mask(end, 0)[tokenizer.Vocabulary.EndId!.Value] == 0);
            }
        }, iter: 1000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_token_is_allowed_just_where_a_matching_text_can_still_follow(bool hasEnd)
    {
        const int Longest = 4;
        var tokenizer = Tokenizer("ab1", hasEnd);
        var texts = Enumerable.Range(1, Longest).Aggregate(new List<string> { "" }, (all, length) => [.. all, .. all.Where(text => text.Length == length - 1).SelectMany(text => "ab1".Select(c => text + c))]);
        Patterns(3).Sample(pattern =>
        {
            var (whole, constraint) = (Whole(pattern), Constraint(pattern, tokenizer, Longest));
            var matching = texts.Where(text => (hasEnd || text.Length == Longest) && whole.IsMatch(text)).ToArray();
            Assert.Equal(matching.Length > 0, constraint.CanFinish(constraint.Start, Longest));
            foreach (var text in texts)
            {
                var ids = new List<int>();
                tokenizer.Encode(text, ids);
                var mask = constraint.Mask(ids.Aggregate(constraint.Start, constraint.Next), Longest - text.Length).ToArray();
                foreach (var (id, token) in tokenizer.Vocabulary.Tokens.Index())
                {
                    var expected = token == "<end>" ? matching.Contains(text)
                        : token.Length == 1 && matching.Any(match => match.StartsWith(text + token, StringComparison.Ordinal));
                    Assert.Equal(expected, mask[id] == 0);
                }
            }
        }, iter: 300);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_same_holds_for_tokens_of_several_characters_and_of_parts_of_them(bool hasEnd)
    {
        const int Longest = 3;
        byte[][] pieces = [[.. "a"u8], [.. "ab"u8], [.. "b1"u8], [.. "aé"u8], [0xc3], [0xa9, (byte)'b'], [.. "😀"u8], [0xf0, 0x9f], [0x98, 0x80], [0x80]];
        var tokenizer = new PieceList(pieces, hasEnd);
        int[][] sequences = [.. Enumerable.Range(0, Longest).Aggregate((int[][])[[]], (all, length) =>
            [.. all, .. all.Where(ids => ids.Length == length).SelectMany(ids => Enumerable.Range(0, pieces.Length), (ids, piece) => (int[])[.. ids, tokenizer.First + piece])])];
        var texts = sequences.Select(ids => (Ids: ids, Bytes: ids.SelectMany(id => tokenizer.Piece(id).ToArray()).ToArray()))
            .Where(text => System.Text.Unicode.Utf8.IsValid(text.Bytes) && (hasEnd || text.Ids.Length == Longest))
            .Select(text => (text.Ids, Text: Encoding.UTF8.GetString(text.Bytes))).ToArray();
        Gen.Select(Patterns(3), Gen.OneOf("", "", "a", "aé", "é", "😀"), Gen.OneOf(null, "abé", "a1b😀")).Sample((pattern, prefix, characters) =>
        {
            var whole = Whole(pattern);
            var matching = texts.Where(text => whole.IsMatch(text.Text) && text.Text.StartsWith(prefix, StringComparison.Ordinal)
                && (characters is null || text.Text.EnumerateRunes().All(characters.EnumerateRunes().Contains))).Select(text => text.Ids).ToArray();
            var constraint = new RegexConstraint(RegexParser.Parse(pattern), new Alphabet(tokenizer, characters), Longest, prefix, new Effort(Effort.Usual, default));
            Assert.Equal(matching.Length > 0, constraint.CanFinish(constraint.Start, Longest));
            foreach (var ids in sequences.Where(ids => matching.Any(match => match.AsSpan().StartsWith(ids))))
            {
                var mask = constraint.Mask(ids.Aggregate(constraint.Start, constraint.Next), Longest - ids.Length).ToArray();
                var allowed = matching.Where(match => match.AsSpan().StartsWith(ids)).Select(match => match.Length > ids.Length ? match[ids.Length] : tokenizer.Vocabulary.EndId ?? -1);
                Assert.Equal(allowed.Where(id => id >= 0).Distinct().Order(), Enumerable.Range(0, mask.Length).Where(id => mask[id] == 0));
            }
        }, iter: 300);
    }

    [Theory]
    [InlineData("^a+$|^b$", "aa", "b")]
    [InlineData("😀+|(😎x)*", "😀", "😎x😎x")] // two code units each, as in .NET
    [InlineData("..", "😀", "ab")]
    public void Anchors_around_the_pattern_change_nothing_and_characters_are_code_units(string pattern, params string[] texts)
    {
        var tokenizer = Tokenizer("abx😀😎");
        var constraint = Constraint(pattern, tokenizer, longest: 8);
        foreach (var text in texts.Append("x"))
        {
            var ids = new List<int>();
            tokenizer.Encode(text, ids);
            Assert.Equal(Whole(pattern).IsMatch(text), constraint.Mask(ids.Aggregate(constraint.Start, constraint.Next), 0)[2] == 0);
        }
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a{0}", "")]
    [InlineData("(?:b+|)+", "", "b", "bb")]
    [InlineData("(?:ab|(?:[a-c]){0}){2}", "", "ab", "abab")]
    [InlineData("a(?:|b)", "a", "ab")]
    public void What_is_empty_matches_the_empty_text(string pattern, params string[] matching)
    {
        var tokenizer = Tokenizer("ab");
        var constraint = Constraint(pattern, tokenizer, longest: 4);
        foreach (var text in new[] { "", "a", "b", "ab", "ba", "bb", "abab", "aba" })
        {
            var ids = new List<int>();
            tokenizer.Encode(text, ids);
            var found = constraint.Mask(ids.Aggregate(constraint.Start, constraint.Next), 0)[tokenizer.Vocabulary.EndId!.Value] == 0;
            Assert.True(matching.Contains(text) == found, $"'{pattern}' and '{text}'");
        }
    }

    [Theory]
    [InlineData(@"(a)\1", "a backreference", 4)]
    [InlineData(@"(?<x>a)\k<x>", "a backreference", 8)]
    [InlineData(@"(?<x>a)\<x>", "a backreference", 8)]
    [InlineData("a(?=b)", "a lookahead", 2)]
    [InlineData("a(?!b)", "a lookahead", 2)]
    [InlineData("(?<=a)b", "a lookbehind", 1)]
    [InlineData("(?<!a)b", "a lookbehind", 1)]
    [InlineData("(?>a*)b", "an atomic group", 1)]
    [InlineData("(?(a)b|c)", "a conditional", 1)]
    [InlineData("(?<x>a)(?<y-x>b)", "a balancing group", 8)]
    [InlineData("(?i)a", "inline options", 1)]
    [InlineData("(?i:a)", "inline options", 1)]
    [InlineData("(?#a)", "a comment", 1)]
    [InlineData(@"a\bb", "a word boundary", 2)]
    [InlineData(@"\Aa", "an anchor inside the pattern", 1)]
    [InlineData("a^b", "an anchor inside the pattern", 2)]
    [InlineData("a$b", "an anchor inside the pattern", 2)]
    [InlineData("(^a)", "an anchor inside the pattern", 2)]
    [InlineData("^*a", "a quantifier of an anchor", 2)]
    [InlineData("^{2}a", "a quantifier of an anchor", 2)]
    [InlineData(@"\07", "an octal escape", 1)]
    [InlineData("[a-z-[b]]", "a bracket or subtraction inside a class", 6)]
    [InlineData("[😀]", "a character above U+FFFF in a class", 2)]
    public void What_is_not_regular_or_not_supported_is_refused_by_name_and_place(string pattern, string name, int place) =>
        Refused(pattern, $"regex '{pattern}', character {place}: found {name}");

    [Theory]
    [InlineData("(a", "regex: Invalid pattern '(a'")]
    [InlineData("[a", "regex: Invalid pattern '[a'")]
    [InlineData("*a", "regex: Invalid pattern '*a'")]
    [InlineData("((a{1000}){1000}){1000}", "more than 5,000 characters")]
    public void What_is_no_pattern_or_too_large_is_refused(string pattern, string reason) => Refused(pattern, reason);

    [Fact]
    public void Deep_nesting_is_refused_and_repetition_of_nothing_costs_nothing()
    {
        Refused(new string('(', 5000) + new string(')', 5000), "a group inside 200 others");
        var constraint = Constraint("(?:(?:){2147483647}a?){3}", Tokenizer("ab"), 8);
        Assert.True(constraint.CanFinish(constraint.Start, 0));
    }

    private static void Refused(string pattern, string reason)
    {
        var error = Assert.Throws<InvalidInputException>(() => Constraint(pattern, Tokenizer("ab"), 8));
        Assert.Equal(InputKind.Usage, error.Kind);
        Assert.Contains(reason, error.Message);
    }
}
