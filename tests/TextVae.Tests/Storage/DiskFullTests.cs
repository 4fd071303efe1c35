using TextVae.Storage;
using TorchSharp;

namespace TextVae.Tests.Storage;

public sealed class DiskFullTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_checkpoint_that_does_not_fit_leaves_the_last_one_loadable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs ulimit -f and a signal that can be ignored");
        var store = new CheckpointStore(folder.Path);
        var saved = store.Save(1, path => Safetensors.Write(Path.Combine(path, "model.safetensors"), new Dictionary<string, torch.Tensor> { ["w"] = torch.ones(3) }));

        // Files of at most 16 MB, and no death by SIGXFSZ: a write beyond fails, as on a full disk.
        var child = ChildProcess.Finish(ChildProcess.Start("save to a full disk", folder.Path, "trap '' XFSZ; ulimit -f 16384"));

        Assert.Equal(((int)InputKind.RunFolder, 1), (child.ExitCode, child.Output.TrimEnd().Split('\n').Length));
        Assert.Contains("step 2 not saved", child.Output, StringComparison.Ordinal);
        Assert.EndsWith("; the last checkpoint is step 1", child.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(["000000001"], folder.Names);
        Assert.Equal(saved, store.Latest());
        using var file = SafetensorsFile.Open(Path.Combine(saved.Path, "model.safetensors"));
        Assert.Equal(3f, file.Read("w").sum().item<float>());
    }

    /// <summary>In a child process: a checkpoint of 20 MB.</summary>
    internal static void SaveLargeCheckpoint(string path) => new CheckpointStore(path).Save(2, inner =>
        Safetensors.Write(Path.Combine(inner, "model.safetensors"), new Dictionary<string, torch.Tensor> { ["w"] = torch.zeros(5_000_000) }));
}
