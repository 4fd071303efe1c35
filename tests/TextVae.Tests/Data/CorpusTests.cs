using TextVae.Data;
using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Tests.Data;

public class CorpusTests
{
    private static readonly DataConfig Lines = new() { Length = 16 };
    private static readonly DataConfig Windows = new() { Texts = TextKind.Windows, Length = 8 };

    [Fact]
    public void A_folder_brings_its_splits_and_the_vocabulary_is_the_training_split_s()
    {
        using var folder = new TemporaryFolder();
        folder.Write("ptb.train.txt", " a b\n c\n");
        folder.Write("ptb.valid.txt", " c b a b\n");
        using var corpus = Corpus.Load(Windows, [folder.Path]);
        Assert.Equal(["<pad>", " ", "a", "b", "\n", "c"], corpus.Tokenizer.Vocabulary.Tokens);
        Assert.Equal((1, 2), (corpus.Train.Count, corpus.Validation.Count));
        Assert.Null(corpus.Test);
        folder.Write("ptb.test.txt.gz", TemporaryFolder.Gzip("abcabcabc"));
        using var tested = Corpus.Load(Windows with { Source = folder.Path });
        Assert.Equal(2, tested.Test!.Count);
        Assert.NotEqual(corpus.Fingerprint, tested.Fingerprint);
    }

    [Fact]
    public void Empty_lines_alone_are_counted_and_so_they_are_beside_texts()
    {
        using var folder = new TemporaryFolder();
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Write("blank.txt", string.Concat(Enumerable.Repeat(" \n\n", 25)))]), "blank.txt", "found no text (50 empty lines");
        using var corpus = Corpus.Load(Lines, [folder.Write("some.txt", "\n \n\t\n" + string.Concat(Enumerable.Range(0, 99).Select(number => $"text {number}\n")))]);
        Assert.Contains("3 empty lines were skipped", Assert.Single(corpus.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_that_brings_no_texts_says_which_it_needs()
    {
        var config = RecipeFile.Load("ptb-hybrid").Data;
        Refusal.Is(InputKind.Usage, () => Corpus.Load(config), "data.source: found no texts, as the recipe brings none; expected a folder with ptb.train.txt and ptb.valid.txt");
        Assert.All(RecipeFile.Names.Where(name => name.Contains('-', StringComparison.Ordinal)), name => Assert.StartsWith(DataConfig.Required, RecipeFile.Load(name).Data.Source, StringComparison.Ordinal));
        using var folder = new TemporaryFolder();
        using var corpus = Corpus.Load(config with { Length = 8 }, [folder.Write("a.txt", string.Concat(Enumerable.Repeat("some text. ", 50)))]);
        Assert.True(corpus.Train.Count > 0);
    }

    [Fact]
    public void A_folder_without_a_member_is_refused_naming_what_is_there()
    {
        using var folder = new TemporaryFolder();
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Path]), folder.Path, "an empty folder", "train.txt");
        folder.Write("train.txt", "a\n");
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Path]), folder.Path, "found train.txt", "expected a file valid.txt");
        folder.Write("b.train.txt", "a\n");
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Path]), "b.train.txt, train.txt", "expected one");
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder["none.txt"]]), "none.txt", "no such file");
    }

    [Fact]
    public void A_folder_s_splits_may_be_of_any_format_but_lines_of_text_come_first()
    {
        using var folder = new TemporaryFolder();
        folder.Write("x.train.csv.gz", TemporaryFolder.Gzip("id,text\n1,abc\n2,cab\n"));
        folder.Write("valid.jsonl", "{\"text\":\"bca\"}\n");
        using (var corpus = Corpus.Load(Lines, [folder.Path]))
        {
            Assert.Equal(["abc", "cab"], Texts(corpus, corpus.Train));
            Assert.Equal(["bca"], Texts(corpus, corpus.Validation));
        }
        folder.Write("train.txt", "aaa\n");
        using (var corpus = Corpus.Load(Lines, [folder.Path]))
        {
            Assert.Equal(["aaa"], Texts(corpus, corpus.Train));
        }
        folder.Write("valid.parquet", "");
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Path]), "valid.jsonl, valid.parquet", "expected one");
    }

    [Fact]
    public void Another_column_or_another_format_of_the_same_bytes_are_other_texts()
    {
        using var folder = new TemporaryFolder();
        const string table = "a,b\nx,y\n";
        var (csv, text) = (folder.Write("a.csv", table), folder.Write("a.txt", table));
        TextSource Source(string path, string? column = null) => TextSource.Of(Lines with { Column = column }, path);
        Assert.Equal(["x"], Source(csv, "a").Read());
        Assert.Equal(["a,b", "x,y"], Source(text).Read());
        Assert.Equal(3, new[] { Source(csv, "a"), Source(csv, "b"), Source(text) }.Select(source => Convert.ToHexString(source.Hash)).Distinct().Count());
        Assert.Equal(Source(csv, "a").Hash, Source(folder.Write("b.csv", table), "a").Hash);
    }

    [Fact]
    public void A_table_as_running_text_is_its_texts_as_lines()
    {
        using var folder = new TemporaryFolder();
        var table = folder.Write("a.csv", "text\n\"one\r\ntwo\"\nthree\n");
        Assert.Equal("one\ntwo\nthree\n", string.Concat(TextSource.Of(Windows, table).Read()));
    }

    [Fact]
    public void Lines_of_a_file_are_split_by_their_text()
    {
        using var folder = new TemporaryFolder();
        var texts = Enumerable.Range(0, 2000).Select(i => $"text {i}").ToArray();
        using var corpus = Corpus.Load(Lines, [folder.Write("a.txt", string.Join('\n', texts))]);
        Assert.Equal(2000, corpus.Train.Count + corpus.Validation.Count + corpus.Test!.Count);
        Assert.InRange(corpus.Validation.Count, 60, 140);
        Assert.InRange(corpus.Test.Count, 60, 140);
        Assert.Empty(Texts(corpus, corpus.Train).Intersect(Texts(corpus, corpus.Validation)));

        using var reordered = Corpus.Load(Lines, [folder.Write("b.txt", string.Join('\n', texts.Reverse().Concat(texts)))]);
        Assert.Equal(Texts(corpus, corpus.Validation).Order(), Texts(reordered, reordered.Validation).Distinct().Order());
    }

    [Fact]
    public void The_split_of_a_text_never_changes() => // or old runs would be judged by what they learned from
        Assert.Equal([95, 1, 98, 98, 0], new[] { "", "a", "text 1", "é😀", "value is null." }.Select(CorpusSplits.Bucket));

    [Fact]
    public void Running_text_of_a_file_is_split_by_position()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.txt", new string('a', 900) + new string('b', 50) + new string('c', 50));
        Refusal.Is(InputKind.Data, () => Corpus.Load(Windows, [path]), path, "validation", "U+0063");
        using var corpus = Corpus.Load(Windows, [path], CharacterTokenizer.Learn(["abc"], forLines: false));
        Assert.Equal((893, 43, 43), (corpus.Train.Count, corpus.Validation.Count, corpus.Test!.Count));
        var ids = new int[8];
        corpus.Validation.Read(0, ids);
        Assert.All(ids, id => Assert.Equal(3, id));
    }

    [Fact]
    public void A_split_that_came_out_empty_says_so()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", "one\n");
        folder.Write("valid.txt", "a text of more than fifteen characters\n");
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [folder.Path]), "valid.txt", "found no text", "data.length", "data.long=cut");
    }

    [Fact]
    public void Slices_of_running_text_cut_no_character()
    {
        string[] blocks = ["a😀", "😀b", "😀"];
        for (var cut = 0; cut <= 9; cut++)
        {
            var (left, right) = (string.Concat(CorpusSplits.Slice(blocks, 0, cut)), string.Concat(CorpusSplits.Slice(blocks, cut, 9)));
            Assert.Equal(string.Concat(blocks), left + right);
            Assert.False(right.Length > 0 && char.IsLowSurrogate(right[0]));
        }
    }

    [Fact]
    public void A_second_load_uses_the_cache_and_damage_is_built_again()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", "abc\n\nabcdefghijklmnopq\n@x\n");
        folder.Write("valid.txt", "ab?\n");
        var config = Lines with { Normalize = Normalization.Tweets };
        string[] Load(out string fingerprint)
        {
            using var corpus = Corpus.Load(config, [folder.Path]);
            fingerprint = corpus.Fingerprint;
            return [.. corpus.Notes, .. Texts(corpus, corpus.Train)];
        }
        var first = Load(out var fingerprint);
        Assert.Equal(
            ["train.txt: 1 of 3 texts are longer than 15 characters and were left out", "train.txt: 1 empty lines were skipped", "valid.txt: 1 of 3 tokens are outside the vocabulary and became <unk>", "abc", "@userid"],
            first.Select(note => note.Replace(folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)));
        var files = Directory.GetFiles(folder.Cache);
        Assert.Equal(3, files.Length);
        var opened = files.Select(file => File.OpenRead(file)).ToArray();
        Assert.Equal(first, Load(out var again));
        Assert.Equal(fingerprint, again);
        Assert.All(files.Zip(opened), file =>
        {
            using var stream = file.Second;
            var before = stream.Length;
            File.AppendAllText(file.First, "x");
            Assert.Equal(before + 1, stream.Length); // no other file has its name now
        });
        foreach (var file in files)
        {
            File.WriteAllText(file, "damaged");
        }
        var mended = Load(out again);
        Assert.Equal(3, mended.Count(note => note.Contains("damaged", StringComparison.Ordinal)));
        Assert.Equal(first, mended.Where(note => !note.Contains("damaged", StringComparison.Ordinal)));
        Assert.Equal(fingerprint, again);
        Assert.Equal(first, Load(out _));
        folder.Write("valid.txt", "abc\n");
        Load(out again);
        Assert.NotEqual(fingerprint, again);
    }

    [Fact]
    public void A_byte_that_is_altered_anywhere_in_the_cache_is_built_again()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.txt", "abc\nbca\ncab\n");
        folder.Write("valid.txt", "ab\n");
        string[] Load()
        {
            using var corpus = Corpus.Load(Lines, [folder.Path]);
            return [.. Texts(corpus, corpus.Train), .. corpus.Tokenizer.Vocabulary.Tokens];
        }
        var first = Load();
        var files = Directory.GetFiles(folder.Cache);
        foreach (var file in files)
        {
            var whole = File.ReadAllBytes(file);
            for (var place = 0; place < whole.Length; place += 3)
            {
                var damaged = (byte[])whole.Clone();
                damaged[place] ^= 1;
                File.WriteAllBytes(file, damaged);
                Assert.Equal(first, Load());
                Assert.Equal(whole, File.ReadAllBytes(file));
            }
        }
        Assert.Equal(files, Directory.GetFiles(folder.Cache));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_same_bytes_under_the_name_of_another_packing_are_other_texts_also_where_the_cache_knows_them(bool packed)
    {
        using var folder = new TemporaryFolder();
        var text = string.Concat(Enumerable.Range(0, 100).Select(number => $"text {number}\n"));
        var (right, wrong) = packed
            ? (folder.Write("a.txt.gz", TemporaryFolder.Gzip(text)), folder.Write("a.txt", TemporaryFolder.Gzip(text)))
            : (folder.Write("a.txt", text), folder.Write("a.txt.gz", text));
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [wrong]), wrong);
        Corpus.Load(Lines, [right]).Dispose();
        Refusal.Is(InputKind.Data, () => Corpus.Load(Lines, [wrong]), wrong);
        Refusal.Is(InputKind.Data, () => Corpus.OpenForEvaluation(Lines, wrong, CharacterTokenizer.Learn([text])), wrong);
    }

    [Fact]
    public void Fingerprints_are_those_of_version_0_1() // or runs of that version could not go on
    {
        using var folder = new TemporaryFolder();
        using var corpus = Corpus.Load(Lines, [folder.Write("a.txt", string.Concat(Enumerable.Range(0, 100).Select(number => $"text {number}\n")))]);
        Assert.Equal("d36a696bf978ca28ccf99b073276957eb3baac956512a506ba7f1a970c439dc7", corpus.Fingerprint);
    }

    [Fact]
    public void An_evaluation_opens_a_whole_file_with_the_vocabulary_of_a_run()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        using var dataset = Corpus.OpenForEvaluation(Lines, folder.Write("a.txt", "abc\ncab\nxyz\n"), tokenizer);
        Assert.Equal(3, dataset.Count);
        Assert.Contains("3 of 9 tokens are outside the vocabulary", Assert.Single(dataset.Notes), StringComparison.Ordinal);
        Refusal.Is(InputKind.Data, () => Corpus.OpenForEvaluation(Lines, folder.Path, tokenizer), folder.Path, "found a folder");
        Refusal.Is(InputKind.RunFolder, () => TokenizerFactory.Create("runes", tokenizer.Vocabulary), "runes");
    }

    internal static IEnumerable<string> Texts(Corpus corpus, ITextDataset dataset)
    {
        var ids = new int[dataset.Length];
        for (var i = 0L; i < dataset.Count; i++)
        {
            dataset.Read(i, ids);
            yield return corpus.Tokenizer.Decode(ids);
        }
    }
}
