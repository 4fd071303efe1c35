using CsCheck;
using TextVae.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Data;

public class SamplingTests
{
    [Fact]
    public void A_permutation_is_a_bijection() => Gen.Select(Gen.Int[1, 3000], Gen.ULong).Sample((count, seed) =>
    {
        var permutation = new Permutation(count, seed);
        Assert.Equal(count, Enumerable.Range(0, count).Select(i => permutation[i]).Where(i => i >= 0 && i < count).Distinct().Count());
    }, iter: 100);

    [Fact]
    public void Permutations_of_other_seeds_are_other_orders()
    {
        var orders = Enumerable.Range(0, 20).Select(seed => string.Join(',', Enumerable.Range(0, 50).Select(i => new Permutation(50, Randomness.Seed(seed, 0, RandomStream.Data))[i])));
        Assert.Equal(20, orders.Distinct().Count());
        var huge = new Permutation(long.MaxValue, 1);
        Assert.Equal(100, Enumerable.Range(0, 100).Select(i => huge[i]).Distinct().Count());
    }

    [Fact]
    public void Seeds_differ_by_seed_step_and_stream()
    {
        var seeds = from seed in Enumerable.Range(-5, 10)
                    from step in Enumerable.Range(0, 100)
                    from stream in Enum.GetValues<RandomStream>()
                    select Randomness.Seed(seed, step, stream);
        Assert.Equal(10 * 100 * Enum.GetValues<RandomStream>().Length, seeds.Distinct().Count());
        Assert.Equal(Randomness.Seed(1, 2, RandomStream.Prior), Randomness.Seed(1, 2, RandomStream.Prior));
    }

    [Fact]
    public void The_mixing_function_is_SplitMix64() => Assert.Equal(0xe220a8397b1dcdafUL, Randomness.Mix(0x9e3779b97f4a7c15)); // its first output for seed 0

    [Fact]
    public void Training_takes_every_line_once_a_pass_in_another_order_each_pass()
    {
        using var folder = new TemporaryFolder();
        using var lines = Lines(folder, count: 50, length: 4);
        var passes = Enumerable.Range(0, 3).Select(pass => Enumerable.Range(pass * 50, 50).Select(draw => lines.TrainingIndex(7, draw)).ToArray()).ToArray();
        Assert.All(passes, pass => Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), pass.Order()));
        Assert.NotEqual(passes[0], passes[1]);
        Assert.NotEqual(passes[1], passes[2]);
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_and_step()
    {
        using var folder = new TemporaryFolder();
        using var lines = Lines(folder, count: 50, length: 4);
        using var windows = Windows(folder, new string('a', 500) + "b", length: 5);
        foreach (ITextDataset dataset in new ITextDataset[] { lines, windows })
        {
            int[] Batch(long seed, long step) => new TrainingSampler(dataset, 8, seed).Read(step).Ids.ToArray();
            Assert.Equal(Batch(1, 17), Batch(1, 17));
        }
        Assert.NotEqual(lines.TrainingIndex(1, 3), lines.TrainingIndex(2, 3));
        var positions = Enumerable.Range(0, 5000).Select(draw => windows.TrainingIndex(3, draw)).Distinct().Count();
        Assert.Equal(windows.Count, positions); // 497 positions: all are drawn
    }

    [Fact]
    public void Batches_of_similar_lengths_have_the_same_texts_parted_by_length()
    {
        const int Together = 16, Size = 3;
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["a"]);
        var texts = Enumerable.Range(0, 100).Select(i => new string('a', 1 + (i * 37) % 30)).ToArray();
        using var lines = new LineDataset(TokenFile.Build(folder["l"], texts, "a.txt", tokenizer, TextKind.Lines, 31), 32, tokenizer, "a.txt");
        var (plain, similar) = (new TrainingSampler(lines, Size, seed: 1), new TrainingSampler(lines, Size, seed: 1, similarLengths: true));
        for (var group = 0; group < 3; group++)
        {
            var steps = Enumerable.Range(group * Together, Together).Select(step => (long)step).ToArray();
            int[][] Lengths(TrainingSampler sampler) => [.. steps.Select(step => sampler.Read(step).Lengths.Order().ToArray())];
            var batches = Lengths(similar);
            Assert.Equal(Lengths(plain).SelectMany(lengths => lengths).Order(), batches.OrderBy(lengths => lengths[0]).ThenBy(lengths => lengths[^1]).SelectMany(lengths => lengths));
            Assert.NotEqual(batches.OrderBy(lengths => lengths[0]).ThenBy(lengths => lengths[^1]), batches);
        }
        Assert.Equal(similar.Read(20).Ids.ToArray(), new TrainingSampler(lines, Size, seed: 1, similarLengths: true).Read(20).Ids.ToArray());
    }

    [Fact]
    public void A_line_is_followed_by_its_end_and_padding()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        using var lines = new LineDataset(TokenFile.Build(folder["l"], ["abc", "b", "abca"], "a.txt", tokenizer, TextKind.Lines, 3), 4, tokenizer, "a.txt");
        var ids = new int[4];
        Assert.Equal(4, lines.Read(0, ids));
        Assert.Equal([3, 4, 5, 2], ids);
        Assert.Equal(2, lines.Read(1, ids));
        Assert.Equal([4, 2, 0, 0], ids);
        Assert.Equal(["a.txt: 1 of 3 texts are longer than 3 characters and were left out"], lines.Notes);
    }

    [Fact]
    public void Evaluation_takes_consecutive_windows_and_a_smaller_last_batch()
    {
        using var folder = new TemporaryFolder();
        using var windows = Windows(folder, "abcdefghijk", length: 3);
        Assert.Equal(9, windows.Count);
        var batches = new EvaluationBatches(windows, 2);
        Assert.Equal((3, 3, 2), (batches.Total, batches.Used, batches.Count));
        Assert.Equal([1, 2, 3, 4, 5, 6], batches.Read(0).Ids.ToArray());
        Assert.Equal([7, 8, 9], batches.Read(1).Ids.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => batches.Read(2));
    }

    [Fact]
    public void A_limit_takes_evenly_spaced_texts()
    {
        using var folder = new TemporaryFolder();
        using var windows = Windows(folder, "abcdefghij", length: 1);
        var batches = new EvaluationBatches(windows, 10, limit: 5);
        Assert.Equal((10, 5), (batches.Total, batches.Used));
        Assert.Equal([1, 3, 5, 7, 9], batches.Read(0).Ids.ToArray());
        Assert.Equal(10, new EvaluationBatches(windows, 3, limit: 99).Used);
    }

    [Fact]
    public void A_window_longer_than_the_text_is_refused()
    {
        using var folder = new TemporaryFolder();
        Refusal.Is(InputKind.Data, () => Windows(folder, "abcd", length: 5), "a.txt", "a window longer than the text", "found 4 tokens", "at least 5");
        using var exact = Windows(folder, "abcde", length: 5);
        Assert.Equal(1, exact.Count);
    }

    [Fact]
    public void Lines_without_a_text_or_an_end_token_are_refused()
    {
        using var folder = new TemporaryFolder();
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        var none = TokenFile.Build(folder["n"], ["", "abc"], "a.txt", tokenizer, TextKind.Lines, 2);
        Refusal.Is(InputKind.Data, () => _ = new LineDataset(none, 3, tokenizer, "a.txt"), "a.txt", "1 empty", "1 texts of more than 2");
        none.Dispose();
        var forWindows = CharacterTokenizer.Learn(["abc"], forLines: false);
        using var some = TokenFile.Build(folder["s"], ["abc"], "a.txt", forWindows, TextKind.Lines);
        Refusal.Is(InputKind.Usage, () => _ = new LineDataset(some, 9, forWindows, "a.txt"), "data.texts", "<end>");
    }

    private static LineDataset Lines(TemporaryFolder folder, int count, int length)
    {
        var texts = Enumerable.Range(0, count).Select(i => $"{i:x2}");
        var tokenizer = CharacterTokenizer.Learn(texts);
        return new LineDataset(TokenFile.Build(folder["lines"], texts, "a.txt", tokenizer, TextKind.Lines), length, tokenizer, "a.txt");
    }

    private static WindowDataset Windows(TemporaryFolder folder, string text, int length)
    {
        var tokenizer = CharacterTokenizer.Learn([text], forLines: false);
        return new WindowDataset(TokenFile.Build(folder["windows"], [text], "a.txt", tokenizer, TextKind.Windows), length, "a.txt");
    }
}
