using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;
using TorchSharp;

namespace TextVae.Platform;

/// <summary>
/// Makes TorchSharp's native library load on systems whose libstdc++ is older than GCC 13's
/// (Debian 12, Ubuntu 22.04, RHEL 9).
/// </summary>
/// <remarks>
/// <c>libLibTorchSharp.so</c> names the symbol version <c>GLIBCXX_3.4.32</c>, behind which stands one symbol
/// that it never uses. Where the library does not load as it is, .NET asks this class, which loads a copy in memory in
/// which that need is marked weak. Nothing on disk is read but the library, nothing is written, so any number of
/// processes can do it at once; and nothing happens before TorchSharp's first use, so a program that only prints its help
/// loads nothing. Later calls find the copy by its name, <c>libLibTorchSharp.so</c>, which is then loaded already.
/// </remarks>
public static class NativeTorch
{
    private const string Library = "libLibTorchSharp.so";
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string MissingSymbol = "_ZSt21ios_base_library_initv";

    // What libLibTorchSharp.so links to, in the order in which they need each other.
    private static readonly string[] Dependencies = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lock Loading = new();
    private static IntPtr weakened;
    private static bool prepared;

    /// <summary>Whether this process runs TorchSharp through the weakened copy; false until TorchSharp's first use.</summary>
    public static bool CompatibilityStepTaken => weakened != IntPtr.Zero;

    /// <summary>Whether the system's libstdc++ has the version that TorchSharp names; true where there is no such question.</summary>
    public static bool SystemIsNewEnough => !OperatingSystem.IsLinux()
        || !NativeLibrary.TryLoad("libstdc++.so.6", out var library)
        || NativeLibrary.TryGetExport(library, MissingSymbol, out _);

    /// <summary>
    /// Runs before the first use of any type of this assembly, which is before the library touches TorchSharp.
    /// A program that uses TorchSharp before it uses TextVae calls this itself, first.
    /// </summary>
#pragma warning disable CA2255 // The point is to run unasked, in every kind of host: tests, tools, other people's programs.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Prepare()
    {
        lock (Loading)
        {
            if (!prepared && OperatingSystem.IsLinux())
            {
                var context = AssemblyLoadContext.GetLoadContext(typeof(NativeTorch).Assembly) ?? AssemblyLoadContext.Default;
                context.ResolvingUnmanagedDll += LoadWeakened;
            }
            prepared = true;
        }
    }

    /// <summary>Loads the native libraries now, where a failure can be told in one line.</summary>
    /// <exception cref="InvalidInputException">They cannot be loaded.</exception>
    public static void EnsureLoaded()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e)
        {
            var reason = e is TypeInitializationException { InnerException: { } inner } ? inner : e;
            throw new InvalidInputException(
                InputKind.Device, $"libtorch: not loaded, {reason.Message.Split('\n')[0].Trim()}", e)
            { Property = "libtorch" };
        }
    }

    /// <summary>Called when the ordinary way to a native library has failed; zero leaves that failure as it is.</summary>
    private static IntPtr LoadWeakened(Assembly assembly, string name)
    {
        lock (Loading)
        {
            if (name != "LibTorchSharp" || weakened != IntPtr.Zero || FindNativeFolder(assembly) is not { } folder)
            {
                return name == "LibTorchSharp" ? weakened : IntPtr.Zero;
            }
            foreach (var dependency in Dependencies)
            {
                NativeLibrary.Load(Path.Combine(folder, dependency));
            }
            var image = File.ReadAllBytes(Path.Combine(folder, Library));
            if (ElfVersionNeeds.MakeWeak(image, MissingVersion))
            {
                weakened = LoadFromMemory(image);
            }
            return weakened;
        }
    }

    /// <summary>The folder of the native libraries: a publish for one system has them flat, any other build under runtimes/.</summary>
    private static string? FindNativeFolder(Assembly assembly)
    {
        // An assembly inside a single file has no place; an empty root would mean the current folder, where anyone's library may lie.
#pragma warning disable IL3000 // That is the case which the filter is for.
        var roots = new[] { AppContext.BaseDirectory, Path.GetDirectoryName(assembly.Location) }.Where(root => !string.IsNullOrEmpty(root));
#pragma warning restore IL3000
        var searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return roots
            .SelectMany(root => new[] { root!, Path.Combine(root!, "runtimes", "linux-x64", "native") })
            .Concat(searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, Library)) && File.Exists(Path.Combine(folder, Dependencies[1])));
    }

    private static IntPtr LoadFromMemory(ReadOnlySpan<byte> image)
    {
        var descriptor = MemoryFile(Library, 0);
        if (descriptor < 0)
        {
            throw new DllNotFoundException($"{Library}: memfd_create failed with error {Marshal.GetLastPInvokeError()}; expected Linux 3.17 or newer");
        }
        using var file = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, 0);
        file.Write(image);
        file.Flush();
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [DllImport("libc", EntryPoint = "memfd_create", SetLastError = true)]
    private static extern int MemoryFile([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}
