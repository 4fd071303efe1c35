using TextVae.Runs;

namespace TextVae.Tests.Runs;

public class AggressiveEncoderTests
{
    [Fact]
    public void The_encoder_is_updated_until_the_objective_of_a_window_no_longer_falls()
    {
        var numbers = new List<long>();
        double Update(long number)
        {
            numbers.Add(number);
            return numbers.Count <= 6 ? 100 - numbers.Count : 97; // windows of two: 197, 193, 189, 194
        }
        Assert.Equal(8, new AggressiveEncoder { Window = 2, MostUpdates = 100 }.Run(Update, step: 1).Count);
        Assert.Equal(Enumerable.Range(1, 8).Select(number => (long)number), numbers);
    }

    [Fact]
    public void It_is_never_updated_more_often_than_allowed_and_no_batch_comes_twice()
    {
        var numbers = new List<long>();
        double Update(long number)
        {
            numbers.Add(number);
            return -number;
        }
        var aggressive = new AggressiveEncoder { Window = 3, MostUpdates = 7 };
        Assert.Equal((7, 7), (aggressive.Run(Update, step: 1).Count, aggressive.Run(Update, step: 2).Count));
        Assert.Equal(Enumerable.Range(1, 14).Select(number => (long)number), numbers);
    }

    [Fact]
    public void Stopped_after_any_of_the_updates_it_goes_on_to_the_same_end()
    {
        var (aggressive, stop) = (new AggressiveEncoder { Window = 2, MostUpdates = 100 }, new CancellationToken(canceled: true));
        var numbers = new List<long>();
        double Update(long number)
        {
            numbers.Add(number);
            return numbers.Count <= 6 ? 100 - numbers.Count : 97;
        }
        AggressiveUpdates? updates = null;
        do
        {
            updates = aggressive.Run(Update, step: 1, updates, stop);
            Assert.Equal(numbers.Count, updates.Count);
        }
        while (!updates.AreOver);
        Assert.Equal(Enumerable.Range(1, 8).Select(number => (long)number), numbers);
    }

    [Fact]
    public void A_window_longer_than_all_updates_is_refused() =>
        Assert.Contains("training.aggressive.mostUpdates is 5; expected at least 10",
            Assert.Throws<InvalidInputException>(new AggressiveEncoder { MostUpdates = 5 }.Validate).Message);
}
