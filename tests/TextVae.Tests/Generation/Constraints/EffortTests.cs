using System.Text;
using TextVae.Generation.Constraints;
using TextVae.Tokenizers;

namespace TextVae.Tests.Generation.Constraints;

public class EffortTests
{
    private const int Longest = 300;

    private static ITokenizer Tokenizer(string kind, bool hasEnd) => kind switch
    {
        "characters" => new PieceList([.. Enumerable.Range(32, 200).Select(code => Encoding.UTF8.GetBytes($"{(char)code}"))], hasEnd),
        "bytes" => ByteTokenizer.Create(hasEnd),
        _ => new PieceList([.. Enumerable.Range(32, 95).Select(code => new[] { (byte)code }), .. Enumerable.Range(0, 20_000).Select(Subword)], hasEnd),
    };

    private static byte[] Subword(int index) => Encoding.ASCII.GetBytes($"{(index % 3 == 0 ? " " : "")}{(char)('a' + index % 26)}{(char)('a' + index / 26 % 26)}{(char)('a' + index / 676 % 26)}{(char)('a' + index / 17576)}");

    private static RegexConstraint Constraint(string pattern, ITokenizer tokenizer, Effort effort) =>
        new(RegexParser.Parse(pattern), new Alphabet(tokenizer, null), Longest, "", effort);

    /// <summary>The length of a text whose tokens, from the first one on, are drawn among those that are allowed.</summary>
    private static int Walk(RegexConstraint constraint, int seed, int first)
    {
        var random = new Random(seed);
        var (state, length) = (constraint.Start, 0);
        for (var remaining = Longest; remaining > 0; remaining--, length++)
        {
            var mask = constraint.Mask(state, remaining);
            var allowed = new List<int>();
            for (var token = first; token < mask.Length; token++)
            {
                if (mask[token] == 0)
                {
                    allowed.Add(token);
                }
            }
            if (allowed.Count == 0)
            {
                break;
            }
            state = constraint.Next(state, allowed[random.Next(allowed.Count)]);
        }
        return length;
    }

    [Theory(Timeout = 120_000)]
    [InlineData("characters", true, "(.?){300}")]
    [InlineData("characters", false, "(.?){300}")]
    [InlineData("bytes", true, "(.?){300}")]
    [InlineData("bytes", false, "(.?){300}")]
    [InlineData("subwords", true, "(.?){300}")]
    public Task Many_parts_that_may_be_missing_cost_no_more_than_others(string kind, bool hasEnd, string pattern) => Task.Run(() =>
    {
        var effort = new Effort(Effort.Usual, TestContext.Current.CancellationToken);
        var constraint = Constraint(pattern, Tokenizer(kind, hasEnd), effort);
        Assert.True(constraint.CanFinish(constraint.Start, Longest));
        Assert.InRange(Walk(constraint, 1, 3), 1, Longest);
    });

    [Theory]
    [InlineData(".*")]
    [InlineData("[A-Z][a-z]+( [a-z]+){3,20}\\.")]
    [InlineData(".{0,200}")]
    [InlineData("The .{20,200}[.!?]")]
    [InlineData("(\\w+ ){3,30}\\w+")]
    [InlineData("\\d{4}-\\d{2}-\\d{2}")]
    [InlineData("[^,]*, [^,]*")]
    [InlineData("(yes|no|perhaps), (the|a) [a-z ]{1,60}")]
    public void Natural_patterns_cost_a_small_part_of_what_is_allowed(string pattern)
    {
        foreach (var kind in new[] { "characters", "bytes", "subwords" })
        {
            foreach (var hasEnd in new[] { true, false })
            {
                var effort = new Effort(Effort.Usual, TestContext.Current.CancellationToken);
                var constraint = Constraint(pattern, Tokenizer(kind, hasEnd), effort);
                for (var text = 0; text < 3; text++)
                {
                    Walk(constraint, text, 0);
                }
                Assert.InRange(effort.Spent, 1, Effort.Usual / 4);
            }
        }
    }

    [Theory]
    [InlineData("characters", "(.?){2400}")]
    [InlineData("bytes", "(.?){2400}")]
    public void A_pattern_that_costs_more_is_refused_with_the_bound(string kind, string pattern)
    {
        var error = Assert.Throws<InvalidInputException>(() => Walk(Constraint(pattern, Tokenizer(kind, true), new Effort(Effort.Usual, default)), 1, 3));
        Assert.Equal(InputKind.Usage, error.Kind);
        Assert.Equal("regex: found a pattern whose automaton takes more than 50,000,000 steps to make for this model; expected a smaller one, with fewer or shorter repetitions", error.Message);
    }

    [Fact]
    public void What_decoding_adds_is_bounded_as_well()
    {
        // A deterministic automaton of it has 2^21 states, each of which some text reaches.
        var effort = new Effort(1_000_000, default);
        var constraint = Constraint("(a|b)*a(a|b){20}", Tokenizer("bytes", true), effort);
        Assert.Throws<InvalidInputException>(() =>
        {
            for (var text = 0; text < 100_000; text++)
            {
                Walk(constraint, text, 0);
            }
        });
    }

    [Fact(Timeout = 120_000)]
    public async Task It_ends_in_the_middle_of_the_automaton_as_well()
    {
        using var source = new CancellationTokenSource();
        var effort = new Effort(long.MaxValue, source.Token);
        var work = Task.Run(() => Constraint("(.?){2400}", Tokenizer("bytes", true), effort), TestContext.Current.CancellationToken);
        while (effort.Spent < 100_000 && !work.IsCompleted)
        {
            await Task.Yield();
        }
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.InRange(effort.Spent, 100_000, Effort.Usual);
    }

    [Fact]
    public void It_ends_when_the_caller_wants_no_more()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Constraint("a+", Tokenizer("bytes", true), new Effort(Effort.Usual, source.Token)));
    }
}
