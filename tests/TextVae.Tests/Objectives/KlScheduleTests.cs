using TextVae.Objectives;

namespace TextVae.Tests.Objectives;

public class KlScheduleTests
{
    [Theory]
    [InlineData(1, 0.001)]
    [InlineData(1000, 0.001)]
    [InlineData(4500, 0.5005)]
    [InlineData(8000, 1)]
    [InlineData(90000, 1)]
    public void The_released_schedule_of_the_hybrid_is_linear_between_two_steps(long step, double beta) =>
        Assert.Equal(beta, new LinearSchedule().Weight(step), 1e-12);

    [Fact]
    public void Annealing_that_ends_before_it_starts_is_refused()
    {
        var error = Assert.Throws<InvalidInputException>(new LinearSchedule { Start = 10, End = 10 }.Validate);
        Assert.Contains("objective.kl.end is 10", error.Message);
    }
}
