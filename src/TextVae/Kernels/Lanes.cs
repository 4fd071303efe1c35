using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TextVae.Kernels;

/// <summary>
/// How a loop moves numbers between memory and a register. Kernels are written once over this and compiled twice: for all but
/// the last turn (<see cref="WholeLanes"/>) and for what is left over (<see cref="PartLanes"/>). In memory a number is a float,
/// or the upper half of one: a bfloat16, held as a ushort.
/// </summary>
internal unsafe interface ILanes
{
    /// <summary>How many numbers a register holds; .NET splits it where the processor's are narrower.</summary>
    const int Width = 16;

    Vector512<float> Load<T>(T* source)
        where T : unmanaged;

    /// <summary>Rounds to nearest, ties to even, if the target holds bfloat16.</summary>
    void Store<T>(Vector512<float> value, T* target)
        where T : unmanaged;

    /// <summary>The value, with zeros in the lanes that stand for nothing.</summary>
    Vector512<float> Keep(Vector512<float> value);
}

/// <summary>All 16 lanes.</summary>
internal readonly unsafe struct WholeLanes : ILanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load<T>(T* source)
        where T : unmanaged => typeof(T) == typeof(float)
        ? Vector512.Load((float*)source)
        : Vector512.ShiftLeft(Vector512.WidenLower(Vector256.Load((ushort*)source).ToVector512Unsafe()), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(Vector512<float> value, T* target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            value.Store((float*)target);
            return;
        }
        var rounded = Vector512.ShiftRightLogical(Rounded(value), 16);
        Vector512.Narrow(rounded, rounded).GetLower().Store((ushort*)target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Keep(Vector512<float> value) => value;

    /// <summary>Bits whose upper half is the nearest bfloat16, ties to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Rounded(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var odd = Vector512.ShiftRightLogical(bits, 16) & Vector512<uint>.One;
        return bits + odd + Vector512.Create(0x7FFFu);
    }
}

/// <summary>The first few lanes; the others are zero when read and are not written.</summary>
internal readonly unsafe struct PartLanes(int count) : ILanes
{
    private readonly Vector512<float> mask = Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load<T>(T* source)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            return Avx512F.MaskLoad((float*)source, mask, Vector512<float>.Zero);
        }
        var buffer = stackalloc T[ILanes.Width];
        new Span<T>(buffer, ILanes.Width).Clear();
        new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(buffer, count));
        return default(WholeLanes).Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store<T>(Vector512<float> value, T* target)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            Avx512F.MaskStore((float*)target, mask, value);
            return;
        }
        var buffer = stackalloc T[ILanes.Width];
        default(WholeLanes).Store(value, buffer);
        new ReadOnlySpan<T>(buffer, count).CopyTo(new Span<T>(target, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Keep(Vector512<float> value) => Vector512.ConditionalSelect(mask, value, Vector512<float>.Zero);
}
