namespace TextVae.Cli.Tests.Commands;

public sealed class MergeCommandTests(TrainedRun trained) : IDisposable
{
    private readonly TemporaryFolder _folder = trained.Copy();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_shard_that_was_killed_is_done_again_and_all_merge_to_what_one_process_writes()
    {
        _folder.Write("many.txt", string.Concat(Enumerable.Range(0, 13_000).Select(number => $"{TinyCorpus.Sentences.ElementAt(number * 7 % 320)}{(number % 4_000 == 0 ? " and much more" : "")}\n")));
        string[] score = ["score", "run", "--data", "many.txt", "--threads", "1"];
        TextVaeProcess.Run(_folder, [.. score, "--out", "whole.jsonl"]).Succeeded();
        string[] shard = [.. score, "--out", "scores.jsonl"];

        using (var killed = TextVaeProcess.Start(_folder, [.. shard, "--shard", "2/3"]))
        {
            killed.Await(() => killed.HasOpened(_folder[".tmp-scores.2-of-3.jsonl"]));
            killed.Kill();
        }
        using var first = TextVaeProcess.StartWith("JOB_COMPLETION_INDEX=0", _folder, [.. shard, "--shard", "1/3"]); // the option wins
        using var third = TextVaeProcess.StartShell(_folder, $"SLURM_ARRAY_TASK_ID=2 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=0 exec \"$0\" {string.Join(' ', shard)}");
        first.Wait().Succeeded();
        var note = third.Wait();
        note.Succeeded();
        Assert.Contains("shard 3/3 (SLURM_ARRAY_TASK_ID; --shard 1/1 would be all): texts 8,193 to 13,000 of 13,000", note.Error, StringComparison.Ordinal);
        Refusal.Of(2, TextVaeProcess.Run(_folder, "merge", "scores.jsonl"), "scores.jsonl: found 2 of 3 shards; expected also 2");
        Assert.False(File.Exists(_folder["scores.jsonl"]));

        TextVaeProcess.Run(_folder, [.. shard, "--shard", "2/3"]).Succeeded();
        Assert.Contains("nothing to do", TextVaeProcess.Run(_folder, [.. shard, "--shard", "2/3"]).Error, StringComparison.Ordinal);
        TextVaeProcess.Run(_folder, "merge", "scores.jsonl").Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["whole.jsonl"]), File.ReadAllBytes(_folder["scores.jsonl"]));
    }

    [Fact]
    public void Figures_samples_and_reconstructions_are_those_of_the_whole()
    {
        string[] works =
        [
            "evaluate run --split train --out x.json", "sample run -n 31 --temperature 1 --out x.txt",
            "reconstruct run --data animals.txt -n 300 --sample-latent --temperature 1 --out x.jsonl",
        ];
        foreach (var work in works.Select(work => $"textvae {work} --threads 1"))
        {
            TextVaeProcess.Shell(_folder, $"{work.Replace(" x.", " whole.", StringComparison.Ordinal)} & {work} --shard 1/2 & {work} --shard 2/2; wait");
        }
        TextVaeProcess.Shell(_folder, "textvae merge x.json & textvae merge x.txt & textvae merge x.jsonl x.1-of-2.jsonl x.2-of-2.jsonl; wait");
        Assert.All(["json", "txt", "jsonl"], extension => Assert.Equal(File.ReadAllText(_folder[$"whole.{extension}"]), File.ReadAllText(_folder[$"x.{extension}"])));
    }

    [Theory]
    [InlineData("--shard: found '5/4'; expected I/N", "score run --data animals.txt --shard 5/4")]
    [InlineData("found shard 1/2 (--shard) without --out", "evaluate run --shard 1/2")]
    [InlineData("found --unique", "sample run --unique --shard 1/2")]
    [InlineData("found TEXT", "encode run cat --shard 1/2")]
    public void What_has_no_parts_is_refused(string named, string line) => Refusal.Of(1, TextVaeProcess.Run(_folder, line.Split(' ')), named);
}
