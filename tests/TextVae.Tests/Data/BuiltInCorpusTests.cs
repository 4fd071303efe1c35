using System.Xml.Linq;
using TextVae.Data;
using TextVae.DotnetDocs;

namespace TextVae.Tests.Data;

public class BuiltInCorpusTests
{
    [Fact]
    public void It_has_82_thousand_distinct_sentences_of_printable_ASCII()
    {
        var lines = BuiltInCorpus.Lines().ToArray();
        Assert.InRange(lines.Length, 75_000, 95_000);
        Assert.Equal(lines.Length, lines.Distinct().Count());
        Assert.All(lines, line => Assert.True(line.All(c => c is >= ' ' and <= '~') && line == line.Trim(), line));
        Assert.Contains("Determines whether all elements of a sequence satisfy a condition.", lines);
        Assert.Equal(BuiltInCorpus.Hash(), BuiltInCorpus.Hash());
    }

    [Fact]
    public void It_is_what_a_configuration_names_by_default()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Corpus.Load(new DataConfig());
        Assert.InRange(corpus.Train.Count, 60_000, 80_000);
        Assert.InRange(corpus.Tokenizer.Vocabulary.Count, 80, 98);
        Assert.Equal(3, corpus.Notes.Count(note => note.Contains("longer than 127 characters", StringComparison.Ordinal)));
        using var named = Corpus.Load(new DataConfig { Source = "dotnet-docs" });
        Assert.Equal(corpus.Fingerprint, named.Fingerprint);
    }

    [Theory]
    [InlineData("Uses <see cref=\"T:System.Net.Http.HttpClient\"/>\n   or <see langword=\"null\" />.", "Uses HttpClient or null.")]
    [InlineData("<paramref name=\"a\"/> of <typeparamref name=\"T\"/>, <c>x</c>, 2<sup>n</sup>.", "a of T, x, 2^n.")]
    [InlineData("<see cref=\"F:System.Int32.MaxValue\">Int32.MaxValue</see>.", "Int32.MaxValue.")]
    [InlineData("<para>One.</para><para>Two <b>three</b>.</para>", "One.|Two three.")]
    [InlineData("One.\n -or-\n Two.<code>x = 1;</code>Three.", "One.|Two.|Three.")]
    [InlineData("<list type=\"bullet\"><item><description>A\u00a0b \u2018c\u2019.</description></item></list>", "A b 'c'.")]
    public void Markup_becomes_what_it_shows(string xml, string blocks) =>
        Assert.Equal(blocks.Split('|'), Documentation.Blocks(XElement.Parse($"<summary>{xml}</summary>", LoadOptions.PreserveWhitespace)));

    [Theory]
    [InlineData("T:System.Collections.Generic.List`1", "List")]
    [InlineData("M:System.Linq.Enumerable.Aggregate``1(System.Collections.Generic.IEnumerable{``0})", "Aggregate")]
    [InlineData("M:System.DependentHandle.#ctor(System.Object,System.Object)", "DependentHandle")]
    [InlineData("P:System.Xml.X.System#Collections#ICollection#Count", "Count")]
    [InlineData("M:System.BigInteger.op_Implicit(System.Int32)~System.BigInteger", "Implicit")]
    [InlineData("System.String", "String")]
    public void A_reference_shows_its_short_name(string reference, string name) => Assert.Equal(name, Documentation.ShortName(reference));

    [Theory]
    [InlineData("One is. two is null. Three?", "One is.|two is null.|Three?")]
    [InlineData("Use it, e.g. here. See System.Text or .NET 5.0 now.", "Use it, e.g. here.|See System.Text or .NET 5.0 now.")]
    [InlineData("It works (so. they say) well. Yes (it does.) No.", "It works (so. they say) well.|Yes (it does.)|No.")]
    [InlineData("He said \"go.\" Then \"no\". End", "He said \"go.\"|Then \"no\".|End")]
    [InlineData("By J. Smith and others.", "By J. Smith and others.")]
    public void Text_splits_into_sentences(string text, string sentences) => Assert.Equal(sentences.Split('|'), Sentences.Split(text));

    [Theory]
    [InlineData("value is null.", true)]
    [InlineData("The maximum (inclusive) \"bound\" of it.", true)]
    [InlineData("A fragment without an end", false)]
    [InlineData("Too short.", false)]
    [InlineData("__m128i _mm_add_epi8 (__m128i a, __m128i b).", false)]
    [InlineData("An unbalanced (text is here.", false)]
    [InlineData("x = 1 + 2 * 3 / 4 - 5.", false)]
    [InlineData("The angle θ in radians.", false)]
    public void Fragments_and_code_are_no_sentences(string text, bool expected) => Assert.Equal(expected, Sentences.IsWellFormed(text));
}
