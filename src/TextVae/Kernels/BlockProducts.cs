using System.Runtime.InteropServices;
using TextVae.Platform;

namespace TextVae.Kernels;

/// <summary>
/// oneDNN's products of small blocks, which libtorch has inside and TorchSharp does not offer: called at their addresses, on the
/// calling thread. An exception of theirs would end the process, as nothing native stands between it and .NET, so they are used
/// only where they have none to throw: where the processor has the instructions and oneDNN is not told to do without.
/// </summary>
internal static unsafe class BlockProducts
{
    /// <summary>
    /// at::native::cpublas::brgemm(M, N, K, lda, ldb, ldc, add to C, A, B, C, B is in pairs) of bfloat16; null where it is not to be used.
    /// </summary>
    public static readonly delegate* unmanaged<long, long, long, long, long, long, byte, ushort*, ushort*, float*, byte, void> OfBFloat16;

    /// <summary>The same of 8-bit numbers, with B in fours.</summary>
    public static readonly delegate* unmanaged<long, long, long, long, long, long, byte, byte*, sbyte*, int*, byte, void> OfBytes;

    private static readonly delegate* unmanaged<byte, void> ReleaseTiles;

    static BlockProducts()
    {
        NativeTorch.EnsureLoaded();
        if (ProcessorInfo.HasFastBFloat16 // those processors multiply 8-bit numbers too
            && IsLeft(Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA") ?? Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA"))
            && NativeLibrary.TryLoad("libtorch_cpu.so", out var library) // found by its name, as it is loaded
            && NativeLibrary.TryGetExport(library, "_ZN2at6native7cpublas14brgemm_releaseEb", out var release))
        {
            ReleaseTiles = (delegate* unmanaged<byte, void>)release;
            OfBFloat16 = NativeLibrary.TryGetExport(library, "_ZN2at6native7cpublas6brgemmEllllllbPKN3c108BFloat16ES5_Pfb", out var floats)
                ? (delegate* unmanaged<long, long, long, long, long, long, byte, ushort*, ushort*, float*, byte, void>)floats : null;
            OfBytes = NativeLibrary.TryGetExport(library, "_ZN2at6native7cpublas6brgemmEllllllbPKhPKaPib", out var bytes)
                ? (delegate* unmanaged<long, long, long, long, long, long, byte, byte*, sbyte*, int*, byte, void>)bytes : null;
        }
    }

    /// <summary>Gives back what the processor's matrix unit holds for the calling thread, if it has one.</summary>
    public static void Release()
    {
        if (ReleaseTiles != null)
        {
            ReleaseTiles(1);
        }
    }

    /// <summary>Whether oneDNN may use instructions on bfloat16 under a limit that a user has set; not under one that is unknown here.</summary>
    internal static bool IsLeft(string? limit) => string.IsNullOrEmpty(limit)
        || limit.ToUpperInvariant() is "ALL" or "DEFAULT" or "AVX512_CORE_BF16" or "AVX512_CORE_FP16" or "AVX512_CORE_AMX" or "AVX512_CORE_AMX_FP16"
            or "AVX10_1_512" or "AVX10_1_512_AMX" or "AVX10_1_512_AMX_FP16" or "AVX10_2" or "AVX10_2_AMX_2";
}
