using TextVae.Platform;
using TextVae.Runs;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Tests.Training;

public class TrainingStepTests
{
    [Theory]
    [InlineData(0, 3, 1)]
    [InlineData(0, 8, 2)]
    [InlineData(0, 400, 100)]
    [InlineData(64, 3, 3)]
    [InlineData(64, 1, 1)]
    public void A_worker_has_four_texts_at_least_unless_the_number_of_threads_is_asked_for(int asked, int texts, int most) =>
        Assert.Equal(int.Min(most, get_num_threads()), TrainingStep.Workers(new TrainingConfig { Threads = asked, BatchSize = texts }, Ranks.Alone));
}
