using TextVae.Reports;
using TextVae.Tests.Latent;

namespace TextVae.Tests.Reports;

public class LatentMapTests
{
    [Fact]
    public void The_plane_is_that_in_which_the_means_vary_most()
    {
        // Far along (3, 4, 0) / 5, a little along the last axis, nowhere else.
        var map = LatentMap.Of([Vectors.Text("a", 13, 4, 1), Vectors.Text("b", 7, -4, 1), Vectors.Text("c", 10, 0, 3), Vectors.Text("d", 10, 0, -1)]);
        Assert.Equal(["a", "b", "c", "d"], map.Points.Select(point => point.Text));
        Assert.Equal([5, -5, 0, 0], map.Points.Select(point => Math.Round(point.X, 5)));
        Assert.Equal([0, 0, 2, -2], map.Points.Select(point => Math.Round(point.Y, 5)));
        Assert.Equal(1, map.Variance, 1e-9);
    }

    [Fact]
    public void What_the_plane_leaves_out_is_said_and_one_dimension_is_a_line()
    {
        var round = LatentMap.Of([Vectors.Text("a", 1, 0, 0), Vectors.Text("b", -1, 0, 0), Vectors.Text("c", 0, 1, 0), Vectors.Text("d", 0, -1, 0), Vectors.Text("e", 0, 0, 1), Vectors.Text("f", 0, 0, -1)]);
        Assert.Equal(2 / 3.0, round.Variance, 1e-9);
        var line = LatentMap.Of([Vectors.Text("a", 1), Vectors.Text("b", 4)]);
        Assert.Equal([(-1.5, 0), (1.5, 0)], line.Points.Select(point => (point.X, point.Y)));
        Assert.Equal(1, LatentMap.Of([Vectors.Text("a", 2, 2), Vectors.Text("b", 2, 2)]).Variance); // all in one place
    }
}
