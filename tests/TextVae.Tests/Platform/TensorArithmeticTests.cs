using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using TextVae.Platform;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Tests.Platform;

public class TensorArithmeticTests
{
    [Fact]
    public void It_is_the_operators_arithmetic_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (randn(100), randn(100));
        (Tensor Expected, Tensor Actual)[] pairs =
        [
            (a + b, a.Plus(b)), (a + 0.3, a.Plus(0.3)), (a - 0.3, a.Minus(0.3)), (a * 0.3, a.Times(0.3)), (a / 0.3, a.Over(0.3)), (a.square(), a.Squared()),
            (0.5 * a, TensorArithmetic.OneHalf * a), (1 - a, a.neg().Plus(1)),
        ];
        Assert.All(pairs, pair => Assert.Equal(pair.Expected.data<float>().ToArray(), pair.Actual.data<float>().ToArray()));
    }

    [Fact]
    public void Its_numbers_live_as_long_as_the_call_whatever_other_threads_cause()
    {
        using var scope = NewDisposeScope();
        using var ended = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.SpinWait(3000);
            }
        });
        collector.Start();
        var two = ones(4).Plus(1);
        for (var call = 0; call < 20_000; call++)
        {
            using var inner = NewDisposeScope();
            Assert.Equal(13, two.Squared().Plus(two).Times(2).Plus(1).data<float>()[0]);
        }
        ended.Cancel();
        collector.Join();
    }

    /// <summary>What makes a number that nothing holds: TorchSharp's operators with numbers, its conversion, and sums of tensors.</summary>
    [Fact]
    public void The_library_leaves_no_number_to_the_collector()
    {
        Assert.Equal([], Called(typeof(TextVaeSession).Assembly).Where(LeavesANumber).Select(method => $"{method.DeclaringType!.Name}: {method}"));
        Assert.Contains(Called(typeof(TensorArithmeticTests).Assembly), LeavesANumber);
    }

    private static bool LeavesANumber(MethodBase method)
    {
        var types = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        return method.DeclaringType == typeof(Scalar) && method.Name == "op_Implicit"
            || method.DeclaringType == typeof(Tensor) && method.Name == "op_Implicit" && types[0] == typeof(Scalar) // which always fails
            || method.DeclaringType == typeof(Tensor) && (
                method.Name is "op_Addition" or "square"
                || method.Name is "add" or "add_" && types.Length == 1
                || method.Name is "addcdiv" or "addcdiv_" && types.Length == 2
                || method.Name.StartsWith("op_", StringComparison.Ordinal) && method.Name != "op_Implicit" && types.Any(type => type.IsPrimitive));
    }

    private static unsafe IEnumerable<MethodBase> Called(Assembly assembly)
    {
        Assert.True(assembly.TryGetRawMetadata(out var blob, out var length));
        var rows = new MetadataReader(blob, length).GetTableRowCount(TableIndex.MemberRef);
        return [.. Enumerable.Range(1, rows).Select(row => Resolve(assembly.ManifestModule, MetadataTokens.GetToken(MetadataTokens.MemberReferenceHandle(row)))).OfType<MethodBase>()];
    }

    private static MemberInfo? Resolve(Module module, int token)
    {
        try
        {
            return module.ResolveMember(token);
        }
        catch (Exception error) when (error is ArgumentException or BadImageFormatException)
        {
            return null; // of a generic type, which none of these are
        }
    }
}
