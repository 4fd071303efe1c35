using System.Runtime.Intrinsics.X86;
using TextVae.Kernels;
using TextVae.Platform;

namespace TextVae.Tests.Kernels;

public class BlockProductsTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("default", true)]
    [InlineData("AVX512_CORE_BF16", true)]
    [InlineData("avx512_core_amx", true)]
    [InlineData("AVX512_CORE_VNNI", false)]
    [InlineData("AVX512_CORE", false)]
    [InlineData("AVX2", false)]
    [InlineData("SSE41", false)]
    [InlineData("AVX1024", false)]
    public void A_limit_of_oneDNN_leaves_them_or_not(string? limit, bool left) => Assert.Equal(left, BlockProducts.IsLeft(limit));

    [Fact]
    public unsafe void They_are_used_where_the_processor_and_the_environment_have_them()
    {
        var limit = Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA");
        Assert.Equal(ProcessorInfo.HasFastBFloat16 && BlockProducts.IsLeft(limit), BlockProducts.OfBFloat16 != null);
        Assert.Equal(BlockProducts.OfBFloat16 != null, QuantizedProduct.IsSupported);
        Assert.False(Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0" && Avx512F.IsSupported);
    }
}
