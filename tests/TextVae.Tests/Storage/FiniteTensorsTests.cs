using TextVae.Storage;
using static TorchSharp.torch;

namespace TextVae.Tests.Storage;

public class FiniteTensorsTests
{
    private static (string Name, double Found)? Fault(Tensor tensor) =>
        FiniteTensors.FirstFault([new("before", zeros(3)), new("it", tensor), new("after", ones(2))]);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_number_among_many_is_found_wherever_it_is(float number)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 })
        {
            foreach (var place in new[] { 0L, 4_321, 9_999 })
            {
                var numbers = full(10_000, float.MaxValue / 2, dtype: type);
                numbers[place] = number;
                Assert.Equal(("it", (double)number), Fault(numbers.view(100, 100)));
            }
        }
    }

    [Fact]
    public void The_largest_numbers_empty_tensors_and_whole_numbers_are_finite()
    {
        using var scope = NewDisposeScope();
        Assert.Null(Fault(full(1_000, float.MaxValue)));
        Assert.Null(Fault(cat([full(5, -float.MaxValue), full(5, float.MaxValue)])));
        Assert.Null(Fault(zeros(0, 4)));
        Assert.Null(Fault(tensor(long.MaxValue)));
    }
}
