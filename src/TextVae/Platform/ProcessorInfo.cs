using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace TextVae.Platform;

/// <summary>What this machine's processor calls itself and can do, as far as matrix products are concerned.</summary>
internal static class ProcessorInfo
{
    /// <summary>The processor's name, or its architecture if it has none to give.</summary>
    public static string Name()
    {
        const int First = unchecked((int)0x80000000);
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(First, 0).Eax < 0x80000004)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
        var name = new byte[48];
        var registers = MemoryMarshal.Cast<byte, int>(name.AsSpan());
        for (var i = 0; i < 3; i++)
        {
            (registers[4 * i], registers[4 * i + 1], registers[4 * i + 2], registers[4 * i + 3]) = X86Base.CpuId(First + 2 + i, 0);
        }
        return Encoding.ASCII.GetString(name).Replace('\0', ' ').Trim();
    }

    /// <summary>Whether products of bfloat16 operands are faster here than those of float32.</summary>
    public static bool HasFastBFloat16 { get; } = Features().Any(feature => feature is "AVX512-BF16" or "AMX-BF16");

    /// <summary>The instruction sets that matter here, in the field's spelling.</summary>
    public static IReadOnlyList<string> Features()
    {
        var leaf7 = Leaf7(0);
        var leaf7Extended = leaf7.Eax >= 1 ? Leaf7(1) : default;
        var tiles = Avx512F.IsSupported && Bit(leaf7.Edx, 24);
        (string Name, bool Present)[] features =
        [
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX512F", Avx512F.IsSupported),
            ("AVX512-BF16", Avx512F.IsSupported && Bit(leaf7Extended.Eax, 5)),
            ("AMX-TILE", tiles),
            ("AMX-BF16", tiles && Bit(leaf7.Edx, 22)),
            ("AMX-INT8", tiles && Bit(leaf7.Edx, 25)),
            ("NEON", AdvSimd.IsSupported),
        ];
        return [.. features.Where(f => f.Present).Select(f => f.Name)];
    }

    private static (int Eax, int Edx) Leaf7(int subleaf)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < 7)
        {
            return default;
        }
        var (eax, _, _, edx) = X86Base.CpuId(7, subleaf);
        return (eax, edx);
    }

    private static bool Bit(int register, int bit) => (register >> bit & 1) != 0;
}
