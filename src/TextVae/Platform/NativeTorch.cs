using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TextVae.Platform;

/// <summary>
/// Makes TorchSharp's native library load on systems whose libstdc++ is older than GCC 13's
/// (Debian 12, Ubuntu 22.04, RHEL 9).
/// </summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> names the symbol version <c>GLIBCXX_3.4.32</c>, behind which stands one symbol
/// that it never uses. On a system without that version this class loads a copy in memory in which that need is
/// marked weak. Nothing on disk is read but the library, nothing is written, so any number of processes can do it at once.
/// The copy is found by its name: TorchSharp asks for <c>libLibTorchSharp.so</c>, which is then loaded already.
/// </remarks>
public static class NativeTorch
{
    private const string Library = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string MissingSymbol = "_ZSt21ios_base_library_initv";

    // What libLibTorchSharp.so links to, in the order in which they need each other.
    private static readonly string[] Dependencies = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Whether this process runs TorchSharp through the weakened copy.</summary>
    public static bool CompatibilityStepTaken { get; private set; }

    /// <summary>Whether the system's libstdc++ has the version that TorchSharp names; true where there is no such question.</summary>
    public static bool SystemIsNewEnough { get; } = !OperatingSystem.IsLinux() || LibstdcxxHas(MissingSymbol);

    /// <summary>
    /// Runs before the first use of any type of this assembly, which is before the library touches TorchSharp.
    /// A program that uses TorchSharp before it uses TextVae calls this itself, first.
    /// </summary>
#pragma warning disable CA2255 // The point is to run unasked, in every kind of host: tests, tools, other people's programs.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Prepare()
    {
        if (SystemIsNewEnough || CompatibilityStepTaken || FindNativeFolder() is not { } folder)
        {
            return; // With no library found, TorchSharp's own error says more than ours could.
        }
        foreach (var dependency in Dependencies)
        {
            NativeLibrary.Load(Path.Combine(folder, dependency));
        }
        var image = File.ReadAllBytes(Path.Combine(folder, Library));
        if (ElfVersionNeeds.MakeWeak(image, MissingVersion))
        {
            LoadFromMemory(image);
            CompatibilityStepTaken = true;
        }
    }

    private static bool LibstdcxxHas(string symbol) =>
        !NativeLibrary.TryLoad("libstdc++.so.6", out var handle) || NativeLibrary.TryGetExport(handle, symbol, out _);

    /// <summary>The folder of the native libraries: a publish for one system has them flat, any other build under runtimes/.</summary>
    private static string? FindNativeFolder()
    {
        var roots = new[] { AppContext.BaseDirectory, Path.GetDirectoryName(typeof(NativeTorch).Assembly.Location) ?? "" };
        var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return roots
            .SelectMany(root => new[] { root, Path.Combine(root, "runtimes", RuntimeInformation.RuntimeIdentifier, "native") })
            .Concat(searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, Library)) && File.Exists(Path.Combine(folder, Dependencies[1])));
    }

    private static void LoadFromMemory(ReadOnlySpan<byte> image)
    {
        var descriptor = MemoryFile(Library, 0);
        if (descriptor < 0)
        {
            throw new DllNotFoundException($"{Library}: memfd_create failed with error {Marshal.GetLastPInvokeError()}; expected Linux 3.17 or newer");
        }
        using var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, 0);
        file.Write(image);
        file.Flush();
        NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static extern int MemoryFile([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}
