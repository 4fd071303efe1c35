using System.Text.Json;
using TextVae.Platform;
using TorchSharp;

namespace TextVae.Tests.Platform;

public class MachineInfoTests(ITestOutputHelper output)
{
    [Fact]
    public void The_machine_says_what_it_is()
    {
        var machine = MachineInfo.Collect();
        output.WriteLine(JsonSerializer.Serialize(machine));
        Assert.NotEmpty(machine.Processor);
        Assert.Null(machine.LibTorchFailure);
        Assert.Matches(@"^\d+\.\d+", machine.LibTorch!);
        Assert.Matches(@"^\d+\.\d+", machine.TorchSharp);
        Assert.Matches(@"^\d+\.\d+\.\d+", machine.TextVae);
        Assert.Equal(torch.get_num_threads(), machine.TorchThreads);
        Assert.True(machine.MemoryBytes > 1 << 28);
        Assert.Equal(NativeTorch.CompatibilityStepTaken, machine.CompatibilityStepTaken);
        if (OperatingSystem.IsLinux())
        {
            Assert.True(File.Exists(machine.LibstdcxxPath));
            var minor = int.Parse(machine.LibstdcxxLevel!.Split('.')[^1]);
            Assert.Equal(NativeTorch.SystemIsNewEnough, minor >= 32);
        }
    }

    [Fact]
    public void The_newest_of_a_librarys_versions_is_the_largest_number() =>
        Assert.Equal("GLIBCXX_3.4.30", MachineInfo.NewestVersion("x\0GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0GLIBCXX_3.4.4\0GLIBCXX_3.4.99x\0"u8));

    [Theory]
    [InlineData(torch.ScalarType.Float32)]
    [InlineData(torch.ScalarType.BFloat16)]
    public void The_rate_of_matrix_products_is_measured(torch.ScalarType type)
    {
        var rate = MatrixProductRate.Measure(type, 256, 0.05);
        output.WriteLine($"{type}: {rate:F0} GFLOP/s");
        Assert.InRange(rate, 0.01, 1e6); // finite and positive; how fast is the machine's business
    }
}
