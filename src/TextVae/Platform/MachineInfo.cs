using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace TextVae.Platform;

/// <summary>What a result was computed on: for <c>textvae doctor</c> and for a run folder's <c>training.json</c>.</summary>
public sealed partial record MachineInfo
{
    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>The instruction sets that matter for matrix products, such as <c>AVX512-BF16</c>.</summary>
    public required IReadOnlyList<string> ProcessorFeatures { get; init; }

    /// <summary>Logical processor cores that this process may use.</summary>
    public required int LogicalCores { get; init; }

    /// <summary>Memory that this process may use, in bytes: the machine's, or its container's.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The operating system's description.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The .NET runtime, such as <c>.NET 10.0.1</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>TextVae's version.</summary>
    public required string TextVae { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>libtorch's version; null if it does not load.</summary>
    public required string? LibTorch { get; init; }

    /// <summary>Why libtorch does not load, in one line; null if it does.</summary>
    public required string? LibTorchFailure { get; init; }

    /// <summary>Threads that libtorch computes one operation with; null if it does not load.</summary>
    public required int? TorchThreads { get; init; }

    /// <summary>Whether libtorch can use a CUDA device.</summary>
    public required bool Cuda { get; init; }

    /// <summary>The libstdc++ in use; null where there is none.</summary>
    public required string? LibstdcxxPath { get; init; }

    /// <summary>The newest symbol version of that libstdc++, such as <c>GLIBCXX_3.4.30</c>.</summary>
    public required string? LibstdcxxLevel { get; init; }

    /// <summary>Whether the native library was made to load on this older system (see <see cref="NativeTorch"/>).</summary>
    public required bool CompatibilityStepTaken { get; init; }

    /// <summary>Asks the machine; loads libtorch, and says so if that fails.</summary>
    public static MachineInfo Collect()
    {
        string? failure = null;
        try
        {
            NativeTorch.EnsureLoaded();
        }
        catch (InvalidInputException e)
        {
            failure = e.Message;
        }
        var loaded = failure is null;
        var libstdcxx = FindLibstdcxx();
        return new MachineInfo
        {
            Processor = ProcessorInfo.Name(),
            ProcessorFeatures = ProcessorInfo.Features(),
            LogicalCores = Environment.ProcessorCount,
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            OperatingSystem = RuntimeInformation.OSDescription,
            Runtime = RuntimeInformation.FrameworkDescription,
            TextVae = VersionOf(typeof(MachineInfo).Assembly),
            TorchSharp = VersionOf(typeof(torch).Assembly),
            LibTorch = loaded ? torch.__version__ : null,
            LibTorchFailure = failure,
            TorchThreads = loaded ? torch.get_num_threads() : null,
            Cuda = loaded && torch.cuda_is_available(),
            LibstdcxxPath = libstdcxx,
            LibstdcxxLevel = libstdcxx is null ? null : NewestVersion(File.ReadAllBytes(libstdcxx)),
            CompatibilityStepTaken = NativeTorch.CompatibilityStepTaken,
        };
    }

    /// <summary>The newest <c>GLIBCXX_3.4.N</c> among a library's bytes.</summary>
    internal static string? NewestVersion(ReadOnlySpan<byte> library) => LibstdcxxVersion()
        .Matches(System.Text.Encoding.Latin1.GetString(library))
        .Select(match => match.Value)
        .MaxBy(version => int.Parse(version[(version.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture));

    private static string? FindLibstdcxx() => System.OperatingSystem.IsLinux() && File.Exists("/proc/self/maps") && NativeLibrary.TryLoad("libstdc++.so.6", out _)
        ? File.ReadLines("/proc/self/maps").Where(line => line.Contains("/libstdc++.so.6")).Select(line => line[line.IndexOf('/')..]).FirstOrDefault(File.Exists)
        : null;

    /// <summary>The version without the commit that the build may append.</summary>
    private static string VersionOf(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown")
        .Split('+')[0];

    [GeneratedRegex(@"GLIBCXX_3\.4\.\d{1,4}(?=\0)")]
    private static partial Regex LibstdcxxVersion();
}
