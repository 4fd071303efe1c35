using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TextVae.Platform;

namespace TextVae.Kernels;

/// <summary>
/// oneDNN's products of small blocks, which libtorch has inside and TorchSharp does not offer: called at their addresses, on the
/// calling thread. An exception of theirs would end the process, as nothing native stands between it and .NET, so they are used
/// only where they have none to throw: where the processor has the instructions and oneDNN is not told to do without.
/// </summary>
internal static unsafe class BlockProducts
{
    internal const string Avx512 = "AVX512_CORE", BFloat16 = "AVX512_CORE_BF16";

    /// <summary>Limits that leave AVX-512, each with what those before it leave.</summary>
    private static readonly string[] Limits =
    [
        Avx512, "AVX512_CORE_VNNI", BFloat16, "AVX512_CORE_FP16", "AVX512_CORE_AMX", "AVX512_CORE_AMX_FP16",
        "AVX10_1_512", "AVX10_1_512_AMX", "AVX10_1_512_AMX_FP16", "AVX10_2", "AVX10_2_AMX_2", "ALL", "DEFAULT",
    ];

    /// <summary>
    /// at::native::cpublas::brgemm(M, N, K, lda, ldb, ldc, add to C, A, B, C, B is in pairs) of bfloat16; null where it is not to be used.
    /// </summary>
    public static readonly delegate* unmanaged<long, long, long, long, long, long, byte, ushort*, ushort*, float*, byte, void> OfBFloat16;

    /// <summary>The same of float32, with B as it is: on an AMD processor two to three times as fast as MKL's.</summary>
    public static readonly delegate* unmanaged<long, long, long, long, long, long, byte, float*, float*, float*, byte, void> OfFloat32;

    /// <summary>The same of 8-bit numbers, with B in fours.</summary>
    public static readonly delegate* unmanaged<long, long, long, long, long, long, byte, byte*, sbyte*, int*, byte, void> OfBytes;

    private static readonly delegate* unmanaged<byte, void> ReleaseTiles;

    static BlockProducts()
    {
        NativeTorch.EnsureLoaded();
        var limit = Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") ?? Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA");
        if (!HasAvx512 || !IsLeft(Avx512, limit)
            || !NativeLibrary.TryLoad("libtorch_cpu.so", out var library) // found by its name, as it is loaded
            || !NativeLibrary.TryGetExport(library, "_ZN2at6native7cpublas14brgemm_releaseEb", out var release))
        {
            return;
        }
        ReleaseTiles = (delegate* unmanaged<byte, void>)release;
        OfFloat32 = (delegate* unmanaged<long, long, long, long, long, long, byte, float*, float*, float*, byte, void>)
            Find(library, "_ZN2at6native7cpublas6brgemmEllllllbPKfS3_Pfb");
        if (ProcessorInfo.HasFastBFloat16 && IsLeft(BFloat16, limit)) // those processors multiply 8-bit numbers too
        {
            OfBFloat16 = (delegate* unmanaged<long, long, long, long, long, long, byte, ushort*, ushort*, float*, byte, void>)
                Find(library, "_ZN2at6native7cpublas6brgemmEllllllbPKN3c108BFloat16ES5_Pfb");
            OfBytes = (delegate* unmanaged<long, long, long, long, long, long, byte, byte*, sbyte*, int*, byte, void>)
                Find(library, "_ZN2at6native7cpublas6brgemmEllllllbPKhPKaPib");
        }
    }

    /// <summary>Whether the processor has all that oneDNN means by avx512_core.</summary>
    internal static bool HasAvx512 => Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512CD.IsSupported && Avx512BW.VL.IsSupported;

    private static void* Find(nint library, string name) => NativeLibrary.TryGetExport(library, name, out var address) ? (void*)address : null;

    /// <summary>Gives back what the processor's matrix unit holds for the calling thread, if it has one.</summary>
    public static void Release()
    {
        if (ReleaseTiles != null)
        {
            ReleaseTiles(1);
        }
    }

    /// <summary>Whether oneDNN may use instructions under a limit that a user has set; not under one that is unknown here.</summary>
    /// <param name="needed"><see cref="Avx512"/> or <see cref="BFloat16"/>.</param>
    /// <param name="limit">The limit; null or empty for none.</param>
    internal static bool IsLeft(string needed, string? limit) =>
        string.IsNullOrEmpty(limit) || Array.IndexOf(Limits, limit.ToUpperInvariant()) >= Array.IndexOf(Limits, needed);
}
