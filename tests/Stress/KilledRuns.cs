using System.Diagnostics;

namespace TextVae.Stress;

/// <summary>SIGKILL, at random moments and inside saves, some in each run.</summary>
internal sealed class KilledRuns : IPromise
{
    private const int SigKill = 9;
    private const int Killed = 128 + SigKill;
    private const int KillsOfARun = 5;

    private readonly Random _random = new(1);
    private int _inside;

    public string Name => "kills";

    public string Promise => "A run that is killed at any moment goes on to the weights that it would have had";

    public string Test => "SIGKILL at random moments, every second one as soon as a temporary file of a save is seen; five models; several kills a run; SHA-256 of the weights and of the last checkpoint against a run that nothing interrupted";

    public string Try(Dose dose)
    {
        var (kills, runs) = (0, 0);
        foreach (var model in TinyModel.All)
        {
            using var folder = model.Prepare();
            var watch = Stopwatch.StartNew();
            TextVaeProcess.Run(folder, model.Train("whole")).Succeeded();
            var (whole, time) = (new RunFiles(folder["whole"]).Hashes, watch.Elapsed);
            for (var missing = dose.Of(small: 4, full: 20); missing > 0; runs++)
            {
                var done = KillOneRun(folder, model, $"run-{runs}", int.Min(missing, KillsOfARun), time);
                Assert.Equal(whole, new RunFiles(folder[$"run-{runs}"]).Hashes);
                (missing, kills) = (missing - done, kills + done);
            }
        }
        Assert.True(_inside >= kills * 3 / 10, $"of {kills} kills, {_inside} met a save; expected three of ten");
        return $"{kills} kills of {runs} runs, {_inside} of them inside a save: {runs} of {runs} with the same weights";
    }

    /// <summary>Kills a run so often, unless it ends before; then lets it end.</summary>
    /// <returns>How often it was killed.</returns>
    private int KillOneRun(TemporaryFolder folder, TinyModel model, string name, int kills, TimeSpan time)
    {
        var run = new RunFiles(folder[name]);
        var done = 0;
        for (var attempt = 0; attempt < kills; attempt++)
        {
            var (before, step) = (Temporary(run), run.LastStep + _random.Next(1, 40 / kills));
            var (insideSave, delay) = (attempt % 2 == 0, time * _random.NextDouble());
            using var process = TextVaeProcess.Start(folder, [.. model.Train(name), "--resume"]);
            var watch = Stopwatch.StartNew();
            SpinWait.SpinUntil(() => process.HasEnded || (insideSave ? run.LastStep >= step && Temporary(run).Except(before).Any() : watch.Elapsed >= delay));
            process.Signal(SigKill);
            if (process.Wait().ExitCode == Killed)
            {
                done++;
                _inside += Temporary(run).Except(before).Any() ? 1 : 0; // what it was writing is still there
            }
        }
        TextVaeProcess.Run(folder, [.. model.Train(name), "--resume"]).Succeeded();
        Assert.False(run.IsSaving, $"{name}: what the killed processes left is still there");
        return done;
    }

    private static string[] Temporary(RunFiles run) =>
        [.. new[] { run.Path, run["checkpoints"] }.Where(Directory.Exists).SelectMany(folder => Directory.GetFileSystemEntries(folder, ".tmp-*"))];
}
