using System.Globalization;
using TextVae.Data;
using TextVae.Models;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Tests;

public class TextVaeSessionMemoryTests
{
    private const int Sessions = 40;

    private static readonly CharacterTokenizer Tokenizer = new(new Vocabulary(["<pad>", "<unk>", "<end>", .. "abcdefgh".Select(c => $"{c}")]));

    [Fact]
    public void Sessions_that_come_and_go_leave_nothing_in_memory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }
        using var folder = new TemporaryFolder();
        using (var scope = NewDisposeScope())
        {
            var file = new ModelFile { Data = new DataConfig { Length = 16 }, Model = Tiny.Config with { Decoder = new LstmDecoderConfig { Hidden = 400 } } };
            var model = new TextVaeModel(file.Model, 16, Tokenizer.Vocabulary.Count);
            SavedModel.WriteDescription(folder.Path, file, Tokenizer.Vocabulary);
            SavedModel.WriteWeights(folder.Path, model);
        }
        var child = ChildProcess.Finish(ChildProcess.Start("load and dispose", folder.Path));
        Assert.Equal(0, child.ExitCode);
        var numbers = child.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(numbers[1], 0, numbers[0]); // tensors: no more than of models alone, fewer where the garbage collector has been
        var weights = new FileInfo(folder[SavedModel.WeightsName]).Length;
        Assert.InRange(numbers[3] - numbers[2], long.MinValue, Sessions * weights / 2); // resident bytes: some are the garbage collector's and libtorch's caches
    }

    [Fact]
    public void Requests_leave_no_tensors_threads_or_files_behind()
    {
        using var folder = new TemporaryFolder();
        TinySession.Train(folder).Dispose();
        using var session = TextVaeSession.Load(folder["run"], new SessionOptions { Threads = 1 });
        void Ask(int number)
        {
            _ = session.Sample(2, new SamplingOptions { Temperature = 0.8, Seed = number }).Count();
            _ = session.Encode("text 1 ab");
            _ = session.Score(["text 1 ab", "text 22"]).Count();
        }
        Enumerable.Range(0, 20).ToList().ForEach(Ask);
        var before = Holdings.Now();

        Enumerable.Range(20, 80).ToList().ForEach(Ask);

        Holdings.Now().AssertNoMoreThan(before);
    }

    /// <summary>In a child process: writes how many tensors there were after some sessions and after many, and how much memory.</summary>
    internal static void LoadAndDispose(string folder)
    {
        for (var session = 0; session < 20; session++)
        {
            Use(folder);
        }
        // TorchSharp counts some tensors of a model as living that it has made parameters of.
        var before = Tensor.TotalCount;
        TextVaeSession.Load(folder).Dispose();
        var ofOne = Tensor.TotalCount - before;
        var (tensors, memory) = (Tensor.TotalCount, Resident());
        for (var session = 0; session < Sessions; session++)
        {
            Use(folder);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tensors + Sessions * ofOne} {Tensor.TotalCount} {memory} {Resident()}"));
    }

    private static void Use(string folder)
    {
        using var session = TextVaeSession.Load(folder);
        _ = session.Sample(20).Count();
        _ = session.Encode("abc");
        _ = session.Score(["abc", "d"]).Count();
    }

    private static long Resident() => 1024 * long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
}
