using TextVae.Data;
using static TorchSharp.torch;

namespace TextVae.Tests.Data;

public class TextBatchTests
{
    private static readonly TextBatch Batch = new([5, 6, 2, 0, 7, 2, 0, 0, 3, 4, 5, 2], [3, 2, 4], [1, 0, 1]);

    [Fact]
    public void A_batch_knows_the_tokens_the_length_and_the_label_of_each_text()
    {
        Assert.Equal((3, 4), (Batch.Count, Batch.Time));
        Assert.Equal([7, 2, 0, 0], Batch[1].ToArray());
        Assert.Equal([3, 2, 4], Batch.Lengths);
        Assert.Equal([1, 0, 1], Batch.Labels);
    }

    [Fact]
    public void Chosen_texts_keep_what_is_known_of_them()
    {
        var chosen = Batch.Select([2, 0]);
        Assert.Equal([3, 4, 5, 2, 5, 6, 2, 0], chosen.Ids.ToArray());
        Assert.Equal([4, 3], chosen.Lengths);
        Assert.Equal([1, 1], chosen.Labels);
    }

    [Fact]
    public void First_positions_shorten_the_longer_texts()
    {
        using var scope = NewDisposeScope();
        var first = Batch.On(CPU).First(3);
        Assert.Equal([3, 2, 3], first.Lengths);
        Assert.Equal([5L, 6, 2, 7, 2, 0, 3, 4, 5], first.Tokens.contiguous().data<long>().ToArray());
        Assert.Equal(first.Ids.ToArray().Select(id => (long)id), first.Tokens.contiguous().data<long>().ToArray());
    }

    [Fact]
    public void Tokens_are_a_tensor_only_on_a_device()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<InvalidOperationException>(() => Batch.Tokens);
        Assert.Equal([3L, 4L], Batch.On(CPU).Tokens.shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextBatch([1, 2, 3], [2, 1]));
    }

    [Fact]
    public void A_datasets_texts_come_with_their_lengths()
    {
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var batch = new EvaluationBatches(corpus.Validation, 5).Read(0);
        Assert.Equal(Enumerable.Range(0, batch.Count).Select(row => corpus.Tokenizer.Decode(batch[row]).Length + 1), batch.Lengths);
        Assert.Null(batch.Labels);
    }
}
