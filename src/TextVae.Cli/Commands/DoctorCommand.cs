using System.CommandLine;
using Spectre.Console;
using TextVae.Platform;
using static TorchSharp.torch;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae doctor</c>: what the machine is, whether the native library loads, and how fast it multiplies.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Describe this machine and check that TextVae can compute on it.") { json };
        command.SetAction(parsed => Report(parsed.GetValue(json)));
        return command;
    }

    private static int Report(bool json)
    {
        var machine = MachineInfo.Collect();
        var loads = machine.LibTorchFailure is null;
        if (loads)
        {
            Devices.Select("cpu", threads: 0); // as every other command computes
            machine = machine with { TorchThreads = get_num_threads() };
        }
        double? float32 = loads ? MatrixProductRate.Measure(ScalarType.Float32) : null;
        double? bfloat16 = loads ? MatrixProductRate.Measure(ScalarType.BFloat16) : null;
        if (json)
        {
            Output.WriteJson(new { Machine = machine, Float32Gflops = float32, Bfloat16Gflops = bfloat16 });
        }
        else
        {
            Print(machine, float32, bfloat16);
        }
        return loads ? ExitCodes.Done : ExitCodes.Of(InputKind.Device);
    }

    private static void Print(MachineInfo machine, double? float32, double? bfloat16)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        void Row(string name, string value) => table.AddRow(Output.Cell(name), Output.Cell(value));
        Row("TextVae", $"{machine.TextVae} on {machine.Runtime}, {machine.OperatingSystem}");
        Row("processor", machine.Processor);
        Row("features", string.Join(" ", machine.ProcessorFeatures));
        Row("cores, memory", $"{machine.LogicalCores}, {machine.MemoryBytes / (double)(1L << 30):F1} GiB");
        Row("libtorch", machine.LibTorchFailure ?? $"{machine.LibTorch} through TorchSharp {machine.TorchSharp}, {machine.TorchThreads} threads");
        Row("libstdc++", machine.LibstdcxxLevel is null ? "none" : $"{machine.LibstdcxxLevel} ({machine.LibstdcxxPath})");
        Row("compatibility step", machine.CompatibilityStepTaken ? "taken: this libstdc++ is older than TorchSharp asks for" : "not needed");
        Row("CUDA", machine.Cuda ? "available" : "not available");
        Row("matrix product, float32", float32 is null ? "not measured" : $"{float32:F0} GFLOP/s");
        Row("matrix product, bfloat16", bfloat16 is null ? "not measured" : $"{bfloat16:F0} GFLOP/s");
        Output.Standard.Write(table);
    }
}
