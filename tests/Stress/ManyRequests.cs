namespace TextVae.Stress;

/// <summary>One session that many requests of several kinds come to, from several threads.</summary>
internal sealed class ManyRequests : IPromise
{
    private const int Callers = 4;

    private static readonly SamplingOptions[] Ways =
    [
        new(), new() { Temperature = 0.8 }, new() { TopP = 0.9 }, new() { TopK = 5 }, new() { NumBeams = 3 }, new() { Regex = "[a-z]{3} .*" }, new() { Prefix = "cat " },
    ];

    public string Name => "requests";

    public string Promise => "A session takes no more tensors, threads, handles or memory after ten thousand requests than after a hundred";

    public string Test => $"one session, {Callers} callers at once: greedy, drawn, top-p, top-k, beams, regular expression, prefix, and encoding, reconstruction, scores; measured each 100 requests; slopes (least squares) of the second half";

    public string Try(Dose dose)
    {
        using var folder = TinyModel.Hybrid.Prepare();
        TextVaeProcess.Run(folder, TinyModel.Hybrid.Train("run")).Succeeded();
        using var session = TextVaeSession.Load(folder["run"], new SessionOptions { Threads = 1 });
        var (drift, requests) = (new Drift("requests"), dose.Of(small: 6_000, full: 10_000));
        for (var done = 0; done < requests; done += 100)
        {
            Parallel.For(done, done + 100, new ParallelOptions { MaxDegreeOfParallelism = Callers }, number => Ask(session, number));
            drift.Measure(done + 100);
        }
        return drift.Judge();
    }

    private static void Ask(TextVaeSession session, int number)
    {
        var answer = (number % (Ways.Length + 3)) switch
        {
            0 => session.Encode("cat sees dogs").Mean.Length,
            1 => session.Reconstruct("cat sees dogs").Reconstructed!.Length,
            2 => session.Score(["cat sees dogs", "owl eats"]).Count(),
            var way => session.Sample(2, Ways[way - 3] with { Seed = number }).Count(),
        };
        Assert.True(answer >= 0);
    }
}
