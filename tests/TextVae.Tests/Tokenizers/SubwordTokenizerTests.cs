using System.Text;
using CsCheck;
using TextVae.Data;
using TextVae.Tests.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Tokenizers;

public class SubwordTokenizerTests
{
    [Fact]
    public void The_most_frequent_pairs_are_merged_first() // the example of Sennrich et al. 2016, section 3.2, without its end of word
    {
        var merged = new BytePairLearning([("low"u8.ToArray(), 5), ("lower"u8.ToArray(), 2), ("newest"u8.ToArray(), 6), ("widest"u8.ToArray(), 3)]).Merge(6);
        Assert.Equal(["es", "est", "lo", "low", "ew", "new"], merged.Select(Encoding.ASCII.GetString));
    }

    [Fact]
    public void Merges_are_those_of_counting_all_pairs_anew_each_time() => Gen.OneOf("a", "b", "ab", "aa", "ba").Array[1, 8].Select(string.Concat).Array[1, 12].Sample(words =>
    {
        var counted = words.Select((word, index) => (Encoding.ASCII.GetBytes(word), (long)(index + 1))).ToArray();
        Assert.Equal(Naive(counted, 12), new BytePairLearning(counted).Merge(12).Select(Encoding.ASCII.GetString));
    }, iter: 300);

    [Fact]
    public void Learned_merges_are_applied_in_their_order()
    {
        var tokenizer = SubwordTokenizer.Learn([" low low low low low lower lower newest newest newest newest newest newest widest widest widest"], count: 258 + 12);
        Assert.Equal(270, tokenizer.Vocabulary.Count);
        Assert.Equal([" low", "est", " newest"], CharacterTokenizerTests.Encode(tokenizer, " lowest newest").Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void Fewer_subwords_are_learned_where_no_pair_repeats() =>
        Assert.Equal(258, SubwordTokenizer.Learn(["abc def"], count: 1000).Vocabulary.Count);

    [Fact]
    public void A_file_of_merges_gives_its_tokens_in_order()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("merges.txt", "#version: 0.2\nt h\nĠ th\nĠth e\nth e\n");
        var tokenizer = SubwordTokenizer.FromMerges(path);
        Assert.Equal(["th", "Ġth", "Ġthe", "the"], tokenizer.Vocabulary.Tokens.Skip(258));
        Assert.Equal(["the", " the", "n", " th", "i", "s"], CharacterTokenizerTests.Encode(tokenizer, "the then this").Select(id => tokenizer.Decode([id])));
        Assert.Equal(260, SubwordTokenizer.FromMerges(path, count: 260).Vocabulary.Count);

        var config = new DataConfig { Tokenizer = SubwordTokenizer.Name, Merges = path, Length = 16 };
        var texts = folder.Write("a.txt", string.Join('\n', Enumerable.Range(0, 200).Select(i => $"the text {i}")));
        using var corpus = Corpus.Load(config, [texts]);
        Assert.Equal(262, corpus.Tokenizer.Vocabulary.Count);
        folder.Write("merges.txt", "t h\n");
        using var other = Corpus.Load(config, [texts]);
        Assert.Equal(259, other.Tokenizer.Vocabulary.Count);
    }

    [Theory]
    [InlineData("t h\nth\n", "line 2", "'th'")]
    [InlineData("t h e\n", "line 1")]
    [InlineData("t h\n th e\n", "line 2")]
    [InlineData("th e\n", "line 1")]
    [InlineData("t \u4e00\n", "line 1")]
    [InlineData("< p\n<p a\n<pa d\n<pad >\n", "line 4")]
    [InlineData("", "found nothing")]
    public void A_malformed_file_of_merges_is_refused_with_its_line(string merges, params string[] named)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("merges.txt", merges);
        Refusal.Is(InputKind.Data, () => SubwordTokenizer.FromMerges(path), [path, .. named]);
    }

    [Fact]
    public void Too_many_merges_are_refused_or_cut()
    {
        using var folder = new TemporaryFolder();
        var letters = Enumerable.Range('a', 26).Select(letter => $"{(char)letter}").ToArray();
        string[] Product(string[] left, string[] right) => [.. left.SelectMany(one => right.Select(other => $"{one} {other}"))];
        var pairs = Product(letters, letters);
        var triples = Product([.. pairs.Select(pair => pair.Replace(" ", "", StringComparison.Ordinal))], letters);
        var fours = Product([.. triples.Select(triple => triple.Replace(" ", "", StringComparison.Ordinal))], ["a", "b", "c"]);
        var path = folder.Write("merges.txt", string.Join('\n', [.. pairs, .. triples, .. fours]));
        Refusal.Is(InputKind.Data, () => SubwordTokenizer.FromMerges(path), path, "65,278", "vocabularySize");
        Assert.Equal(30_000, SubwordTokenizer.FromMerges(path, 30_000).Vocabulary.Count);
    }

    /// <summary>Algorithm 1 of the paper as it stands there, with equal counts decided by age.</summary>
    private static List<string> Naive((byte[] Bytes, long Count)[] words, int most)
    {
        var (tokens, made) = (words.Select(word => word.Bytes.Select(value => $"{(char)value}").ToList()).ToArray(), new List<string>());
        int Age(string token) => token.Length == 1 ? token[0] : 256 + made.IndexOf(token);
        while (made.Count < most)
        {
            var pairs = tokens.SelectMany((word, index) => word.Zip(word.Skip(1)).Select(pair => (Pair: pair, words[index].Count)))
                .GroupBy(found => found.Pair, found => found.Count).Where(group => group.Sum() >= 2)
                .OrderByDescending(group => group.Sum()).ThenBy(group => Age(group.Key.First)).ThenBy(group => Age(group.Key.Second)).ToArray();
            if (pairs.Length == 0)
            {
                break;
            }
            var (left, right) = pairs[0].Key;
            foreach (var word in tokens)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) == (left, right))
                    {
                        word.RemoveAt(i + 1);
                        word[i] = left + right;
                    }
                }
            }
            if (!made.Contains(left + right))
            {
                made.Add(left + right);
            }
        }
        return made;
    }
}
