using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TextVae.Kernels;

/// <summary>
/// Moves up to 16 numbers between memory and a register, so that a loop's last, partial turn is written no differently from
/// the others. In memory a number is a float, or the upper half of one: a bfloat16, held as a ushort.
/// </summary>
internal static unsafe class Lanes
{
    /// <summary>How many numbers are computed at once; .NET splits them where registers are narrower.</summary>
    public const int Width = 16;

    /// <summary>How many numbers the turn that starts at <paramref name="index"/> has.</summary>
    public static int Count(int index, int length) => Math.Min(Width, length - index);

    /// <summary>Reads <paramref name="count"/> numbers; the lanes behind them are zero. A null source is all zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load<T>(T* source, int index, int count)
        where T : unmanaged
    {
        if (source == null)
        {
            return Vector512<float>.Zero;
        }
        if (count < Width)
        {
            return LoadPartial(source + index, count);
        }
        return typeof(T) == typeof(float) ? Vector512.Load((float*)source + index) : Widen(Vector256.Load((ushort*)source + index));
    }

    /// <summary>Writes the first <paramref name="count"/> numbers, rounded to even if the target holds bfloat16; a null target takes none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<float> value, T* target, int index, int count)
        where T : unmanaged
    {
        if (target == null)
        {
            return;
        }
        if (count < Width)
        {
            StorePartial(value, target + index, count);
        }
        else if (typeof(T) == typeof(float))
        {
            value.Store((float*)target + index);
        }
        else
        {
            Round(value).Store((ushort*)target + index);
        }
    }

    /// <summary>Zero in the lanes from <paramref name="count"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Keep(Vector512<float> value, int count) => count == Width
        ? value
        : Vector512.ConditionalSelect(Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), value, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> LoadPartial<T>(T* source, int count)
        where T : unmanaged
    {
        var buffer = stackalloc T[Width];
        new Span<T>(buffer, Width).Clear();
        new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(buffer, Width));
        return Load(buffer, 0, Width);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePartial<T>(Vector512<float> value, T* target, int count)
        where T : unmanaged
    {
        var buffer = stackalloc T[Width];
        Store(value, buffer, 0, Width);
        new ReadOnlySpan<T>(buffer, count).CopyTo(new Span<T>(target, count));
    }

    private static Vector512<float> Widen(Vector256<ushort> value) =>
        Vector512.ShiftLeft(Vector512.WidenLower(value.ToVector512()), 16).AsSingle();

    private static Vector256<ushort> Round(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var even = Vector512.ShiftRightLogical(bits, 16) & Vector512<uint>.One;
        var rounded = Vector512.ShiftRightLogical(bits + even + Vector512.Create(0x7FFFu), 16);
        return Vector512.Narrow(rounded, rounded).GetLower();
    }
}
