using TextVae.Data;

namespace TextVae.Tests.Data;

public class CorpusSplitsTests
{
    private static readonly DataConfig Lines = new() { Length = 32 };

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void A_few_texts_have_at_least_one_for_validation(int count)
    {
        using var folder = new TemporaryFolder();
        var texts = Enumerable.Range(0, count).Select(i => new string('a', i + 1)).ToList();
        using var corpus = Corpus.Load(Lines, [folder.Write("few.txt", string.Join('\n', texts))]);
        var (train, validation, test) = (Texts(corpus, corpus.Train), Texts(corpus, corpus.Validation), corpus.Test is { } part ? Texts(corpus, part) : []);
        Assert.NotEmpty(train);
        Assert.NotEmpty(validation);
        Assert.Equal(texts.Order(StringComparer.Ordinal), train.Concat(validation).Concat(test).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("only one line", 1)]
    [InlineData("the same line", 500)]
    public void A_single_text_is_for_training_and_for_validation_and_that_is_said(string text, int times)
    {
        using var folder = new TemporaryFolder();
        using var corpus = Corpus.Load(Lines, [folder.Write("one.txt", string.Join('\n', Enumerable.Repeat(text, times)))]);
        Assert.Equal((times, times), (corpus.Train.Count, corpus.Validation.Count));
        Assert.Null(corpus.Test);
        Assert.Contains(corpus.Notes, note => note.Contains("the same text only", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_empty_lines_is_refused_with_their_number()
    {
        using var folder = new TemporaryFolder();
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Write("empty.txt", new string('\n', 50))]), "empty.txt", "found no text (50 empty lines");
    }

    [Fact]
    public void Texts_that_differ_in_case_spaces_and_punctuation_only_never_part_where_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        var texts = Enumerable.Range(0, 400).SelectMany(i => new[] { $"Text number {i}.", $"text  number {i}", $"TEXT, number {i}!" });
        var path = folder.Write("near.txt", string.Join('\n', texts));
        Assert.NotEqual(0, Shared(Lines));
        Assert.Equal(0, Shared(Lines with { Split = NeverParted.Near }));

        int Shared(DataConfig config)
        {
            using var corpus = Corpus.Load(config, [path]);
            Assert.InRange(corpus.Validation.Count, 20, 120);
            return Forms(corpus, corpus.Train).Intersect(Forms(corpus, corpus.Validation)).Count();
        }
    }

    [Fact]
    public void Held_out_texts_may_have_files_of_their_own_and_near_duplicates_of_training_texts_are_left_out_of_them()
    {
        using var folder = new TemporaryFolder();
        var (train, valid, test) = (folder.Write("a.txt", "one text\nand another\nTwo owls sing.\n"), folder.Write("v.txt", "two owls  sing\naged\n"), folder.Write("t.txt", "two\nand another\n"));
        var config = Lines with { Validation = valid, Test = test };
        using (var corpus = Corpus.Load(config, [train]))
        {
            Assert.Equal(["two owls  sing", "aged"], Texts(corpus, corpus.Validation));
            Assert.Equal(["two", "and another"], Texts(corpus, corpus.Test!));
        }
        using (var corpus = Corpus.Load(config with { Split = NeverParted.Near }, [train]))
        {
            Assert.Equal(["one text", "and another", "Two owls sing."], Texts(corpus, corpus.Train));
            Assert.Equal(["aged"], Texts(corpus, corpus.Validation));
            Assert.Equal(["two"], Texts(corpus, corpus.Test!));
            Assert.Contains(corpus.Notes, note => note == $"{valid}: 1 of 2 texts have a near duplicate among those for training and were left out");
        }
        Refusal.Is(InputKind.Usage, () => Corpus.Load(Lines with { Test = test }, [train]), "data.test", "data.validation");
        folder.Write("train.txt", "a");
        folder.Write("valid.txt", "b");
        Refusal.Is(InputKind.Usage, () => Corpus.Load(config, [folder.Path]), "data.validation", "brings its own");
    }

    [Fact]
    public void A_long_text_is_left_out_cut_or_split_and_pieces_have_no_end()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("long.train.txt", "abc\nabcdefghij\n");
        folder.Write("long.valid.txt", "abc\n");
        var config = Lines with { Length = 4 };
        Assert.Equal(["abc"], Train(config, "long.train.txt: 1 of 2 texts are longer than 3 characters and were left out"));
        Assert.Equal(["abc", "abcd"], Train(config with { Longer = LongTexts.Cut }, "1 of 2 texts are longer than 3 characters and were cut"));
        Assert.Equal(["abc", "abcd", "efgh", "ij"], Train(config with { Longer = LongTexts.Split }, "1 texts are longer than 3 characters and were split; with the pieces there are 4"));

        List<string> Train(DataConfig data, string note)
        {
            using var corpus = Corpus.Load(data, [folder.Path]);
            Assert.Contains(corpus.Train.Notes, found => found.Contains(note, StringComparison.Ordinal));
            var end = corpus.Tokenizer.Vocabulary.EndId!.Value;
            var batch = corpus.Train.Read([.. Enumerable.Range(0, (int)corpus.Train.Count).Select(number => (long)number)]);
            Assert.All(Enumerable.Range(0, batch.Count), text => Assert.Equal(corpus.Tokenizer.Decode(batch[text]).Length < 4 ? 1 : 0, batch[text].ToArray().Count(id => id == end)));
            return Texts(corpus, corpus.Train);
        }
    }

    private static List<string> Texts(Corpus corpus, ITextDataset part) => [.. DatasetTexts.Read(part, corpus.Tokenizer)];

    private static IEnumerable<string> Forms(Corpus corpus, ITextDataset part) =>
        Texts(corpus, part).Select(text => new string([.. text.Where(char.IsLetterOrDigit)]).ToLowerInvariant()).Distinct();
}
