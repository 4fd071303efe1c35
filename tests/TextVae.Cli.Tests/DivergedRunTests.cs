using System.Text;

namespace TextVae.Cli.Tests;

public class DivergedRunTests(TrainedRun trained)
{
    [Theory]
    [InlineData("sample", "run")]
    [InlineData("evaluate", "run")]
    [InlineData("train", "--resume", "--out", "run", "--steps", "41")]
    public void Weights_that_are_not_finite_are_refused(params string[] line)
    {
        using var folder = trained.Copy();
        var run = new RunFiles(folder["run"]);
        Spoil(run["model.safetensors"]);
        Spoil(run["checkpoints", run.Checkpoints[^1], "model.safetensors"]);
        Refusal.Of(3, TextVaeProcess.Run(folder, line), "model.safetensors: tensor '", "': found NaN; expected finite numbers");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1000")]
    public void A_training_that_diverges_says_the_step_and_what_to_do(string validateEvery)
    {
        using var folder = TinyCorpus.Prepare();
        var ended = TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run",
            "--set", "training.learningRate=1e30", "--set", $"training.validateEvery={validateEvery}");
        Assert.True(ended.ExitCode == 5, $"exit code {ended.ExitCode}: {ended.Error}");
        Assert.Matches("textvae: run: step [0-9]+: .*; expected finite numbers: .*smaller training.learningRate", ended.ErrorLines[^1]);
    }

    [Fact]
    public void Another_number_of_threads_is_said()
    {
        using var folder = trained.Copy();
        var ended = TextVaeProcess.Run(folder, "train", "--resume", "--out", "run", "--steps", "41", "--threads", "2");
        ended.Succeeded();
        Assert.Single(ended.ErrorLines, line => line.StartsWith("the run had training.threads 1 and goes on with 2: ", StringComparison.Ordinal) && line.EndsWith("(textvae train --resume --threads N)", StringComparison.Ordinal));
    }

    /// <summary>As another program writes weights: without our checksum. The last number is NaN.</summary>
    private static void Spoil(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var checksum = bytes.AsSpan().IndexOf("\"data_sha256\""u8);
        Assert.True(checksum > 0);
        Encoding.UTF8.GetBytes("\"data_sha25x\"").CopyTo(bytes.AsSpan(checksum));
        BitConverter.TryWriteBytes(bytes.AsSpan(^4..), float.NaN);
        File.WriteAllBytes(path, bytes);
    }
}
