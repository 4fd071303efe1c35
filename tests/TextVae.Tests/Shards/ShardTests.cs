using CsCheck;

namespace TextVae.Tests.Shards;

public class ShardTests
{
    [Fact]
    public void Shards_are_disjoint_complete_and_of_whole_blocks_whatever_their_number() => Gen.Select(Gen.Long[0, 100_000], Gen.Int[1, 300], Gen.Int[1, 50]).Sample((items, block, of) =>
    {
        var (end, blocks) = (0L, (items + block - 1) / block);
        for (var number = 1; number <= of; number++)
        {
            var (first, count) = new Shard(number, of).Range(items, block);
            Assert.Equal(end, first);
            Assert.True(count == 0 || first % block == 0);
            Assert.InRange((count + block - 1) / block, blocks / of, (blocks + of - 1) / of);
            end = first + count;
        }
        Assert.Equal(items, end);
    });

    [Fact]
    public void The_whole_of_any_number_is_all() => Assert.Equal((0, long.MaxValue), Shard.Whole.Range(long.MaxValue, 2048));

    [Theory]
    [InlineData("scores.jsonl", 2, 4, "scores.2-of-4.jsonl")]
    [InlineData("out/x.csv", 7, 100, "out/x.007-of-100.csv")]
    [InlineData("scores.jsonl", 1, 1, "scores.jsonl")]
    public void A_shards_output_is_named_after_the_wholes(string path, int number, int of, string expected) => Assert.Equal(expected, new Shard(number, of).PathOf(path));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(5, 4)]
    [InlineData(1, 0)]
    public void A_shard_that_cannot_be_is_refused(int number, int of) => Assert.Throws<InvalidInputException>(() => new Shard(number, of).Range(10, 1));
}
