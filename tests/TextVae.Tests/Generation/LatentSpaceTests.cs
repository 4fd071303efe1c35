using TextVae.Generation;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public class LatentSpaceTests
{
    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    private static void AreEqual(Tensor expected, Tensor found) => Assert.Equal(Values(expected), Values(found), (a, b) => Math.Abs(a - b) < 1e-5);

    [Fact]
    public void A_line_has_both_ends_and_equal_distances()
    {
        using var scope = NewDisposeScope();
        var line = LatentSpace.Line(tensor(new[] { 1f, 0 }), tensor(new[] { 3f, 8 }), 5);
        Assert.Equal([1, 0, 1.5f, 2, 2, 4, 2.5f, 6, 3, 8], Values(line));
    }

    [Fact]
    public void An_arc_between_vectors_of_one_length_keeps_it_and_makes_equal_angles()
    {
        using var scope = NewDisposeScope();
        var arc = LatentSpace.Arc(tensor(new[] { 2f, 0, 0 }), tensor(new[] { 0f, 2, 0 }), 4);
        var angles = new[] { 0, 30, 60, 90 }.Select(degrees => degrees * Math.PI / 180);
        AreEqual(tensor(angles.SelectMany(angle => new[] { (float)(2 * Math.Cos(angle)), (float)(2 * Math.Sin(angle)), 0 }).ToArray()).view(4, 3), arc);
    }

    [Theory]
    [InlineData(3f, 6f)] // parallel
    [InlineData(3f, -3f)] // opposite
    [InlineData(0f, 2f)] // no direction
    public void Where_there_is_no_arc_it_is_the_line(float from, float to)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (full(4, from), full(4, to));
        AreEqual(LatentSpace.Line(one, other, 5), LatentSpace.Arc(one, other, 5));
    }

    [Fact]
    public void An_axis_moves_one_dimension_through_the_quantiles_of_the_prior()
    {
        using var scope = NewDisposeScope();
        var axis = LatentSpace.Axis(tensor(new[] { 7f, 8, 9 }), dimension: 1, points: 2);
        AreEqual(tensor(new[] { 7f, -0.67449f, 9, 7, 0.67449f, 9 }).view(2, 3), axis); // the quartiles
        Assert.Equal([-1.2816, -0.5244, 0, 0.5244, 1.2816], LatentSpace.Quantiles(5).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
    }
}
