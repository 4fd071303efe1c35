namespace TextVae.Tests.Training;

public class PrecisionTests
{
    [Theory]
    [InlineData(Precision.Auto)]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void A_model_trains_and_writes_in_each_precision(Precision precision)
    {
        using var folder = new TemporaryFolder();
        TinySession.Train(folder, Tiny.Recipe with { Training = Tiny.Recipe.Training with { Precision = precision } }).Dispose();
        foreach (var generation in new[] { precision, Precision.Int8 })
        {
            using var session = TextVaeSession.Load(folder["run"], new SessionOptions { Precision = generation });
            foreach (var count in new[] { 1, 20 }) // few and many have products of their own
            {
                Assert.Equal(count, session.Generate(count, new SamplingOptions { Temperature = 1 }).Count());
            }
            Assert.True(double.IsFinite(session.Score("text 1 ab").Nats!.Value));
        }
    }
}
