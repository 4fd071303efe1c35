using CsCheck;
using TextVae.Kernels;
using static TorchSharp.torch;

namespace TextVae.Tests.Kernels;

public class PackedPositionsTests
{
    private static readonly Gen<(int[] Lengths, int Time)> Batches =
        Gen.Int[1, 40].SelectMany(time => Gen.Int[1, time].Array[1, 70].Select(lengths => (lengths, time)));

    [Fact]
    public void The_texts_of_a_step_are_the_first_of_the_step_before_and_all_that_is_wanted_is_there() => Batches.Sample(
        (lengths, time) =>
        {
            using var scope = NewDisposeScope();
            var positions = new PackedPositions(lengths, time, CPU);
            var (order, index) = (positions.Order.data<long>().ToArray(), positions.Index.data<long>().ToArray());
            var found = positions.Sizes.SelectMany((texts, step) => order[..texts].Select(text => text * time + step)).ToArray();
            Assert.Equal(found, index);
            Assert.Equal(found.Select(at => at / time), positions.Texts.data<long>().ToArray());
            Assert.Equal(found.Length, found.Distinct().Count());
            Assert.Subset(found.ToHashSet(), lengths.SelectMany((length, text) => Enumerable.Range(0, length).Select(step => (long)text * time + step)).ToHashSet());
            Assert.Equal(order.Length, order.Distinct().Count());
            var (wanted, all) = (lengths.Sum(), lengths.Length * time);
            Assert.InRange(positions.Count, wanted, int.Min(all, wanted + int.Max(31, wanted / 8)));
        },
        iter: 300);

    [Fact]
    public void The_last_position_of_each_text_is_found_by_its_step() => Batches.Sample(
        (lengths, time) =>
        {
            using var scope = NewDisposeScope();
            var positions = new PackedPositions(lengths, time, CPU);
            var last = positions.At(positions.Index.to(float32).unsqueeze(1), [.. lengths.Select(length => length - 1)]);
            Assert.Equal(lengths.Select((length, text) => (float)(text * time + length - 1)), last.flatten().data<float>().ToArray());
        },
        iter: 100);

    [Fact]
    public void Parts_of_rows_have_about_as_many_positions_each() => Gen.Select(Batches, Gen.Int[1, 6]).Sample(
        (batch, parts) =>
        {
            using var scope = NewDisposeScope();
            var positions = new PackedPositions(batch.Lengths, batch.Time, CPU);
            var bounds = positions.Split(parts);
            Assert.Equal((0, batch.Lengths.Length), (bounds[0], bounds[^1]));
            var sizes = bounds.Zip(bounds.Skip(1), (from, to) => positions.Sizes.Sum(texts => int.Max(0, int.Min(texts, to) - from))).ToArray();
            Assert.Equal(positions.Count, sizes.Sum());
            Assert.All(sizes, size => Assert.InRange(size, 0, positions.Count / parts + 2 * batch.Time));
        },
        iter: 300);

    [Fact]
    public void Before_each_position_stands_the_same_texts_one_step_earlier() => Batches.Sample(
        (lengths, time) =>
        {
            using var scope = NewDisposeScope();
            var positions = new PackedPositions(lengths, time, CPU);
            var all = rand(lengths.Length, time, 3) + 1;
            var earlier = cat([zeros(lengths.Length, 1, 3), all.narrow(1, 0, time - 1)], 1);
            Assert.True(positions.Before(positions.Pick(all)).equal(positions.Pick(earlier)).all().item<bool>());
        },
        iter: 60, threads: 1);

    [Fact]
    public void What_is_picked_can_be_put_back_and_its_gradient_is_torchs()
    {
        using var scope = NewDisposeScope();
        var positions = new PackedPositions([2, 9, 4], 9, CPU);
        var all = randn(3, 9, 5);
        Tensor Gradient(Func<Tensor, Tensor> pick)
        {
            var leaf = all.clone().requires_grad_();
            (pick(leaf) * arange(positions.Count * 5).view(positions.Count, 5)).sum().backward();
            return leaf.grad!;
        }
        Tensor Plain(Tensor from) => from.flatten(0, 1).index_select(0, positions.Index);
        Assert.True(positions.Pick(all).equal(Plain(all)).all().item<bool>());
        Assert.True(Gradient(positions.Pick).equal(Gradient(Plain)).all().item<bool>());
        var row = all.select(2, 0);
        Assert.True((positions.Unpack(positions.Pick(row)) - row).abs().sum().item<float>() <= row.abs().sum().item<float>());
        Assert.Equal(row[1].data<float>().ToArray(), positions.Unpack(positions.Pick(row))[1].data<float>().ToArray());
    }
}
