using System.Runtime.Intrinsics.X86;
using TextVae.Kernels;
using TextVae.Platform;

namespace TextVae.Tests.Kernels;

public class BlockProductsTests
{
    [Theory]
    [InlineData(null, true, true)]
    [InlineData("", true, true)]
    [InlineData("default", true, true)]
    [InlineData("AVX512_CORE_BF16", true, true)]
    [InlineData("avx512_core_amx", true, true)]
    [InlineData("AVX512_CORE_VNNI", false, true)]
    [InlineData("AVX512_CORE", false, true)]
    [InlineData("AVX2", false, false)]
    [InlineData("SSE41", false, false)]
    [InlineData("AVX1024", false, false)]
    public void A_limit_of_oneDNN_leaves_them_or_not(string? limit, bool left, bool floats) =>
        Assert.Equal((left, floats), (BlockProducts.IsLeft(BlockProducts.BFloat16, limit), BlockProducts.IsLeft(BlockProducts.Avx512, limit)));

    [Fact]
    public unsafe void They_are_used_where_the_processor_and_the_environment_have_them()
    {
        var limit = Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA");
        Assert.Equal(ProcessorInfo.HasFastBFloat16 && BlockProducts.IsLeft(BlockProducts.BFloat16, limit), BlockProducts.OfBFloat16 != null);
        Assert.Equal(BlockProducts.HasAvx512 && BlockProducts.IsLeft(BlockProducts.Avx512, limit), BlockProducts.OfFloat32 != null);
        Assert.Equal(BlockProducts.OfBFloat16 != null, QuantizedProduct.IsSupported);
        Assert.False(Environment.GetEnvironmentVariable("DOTNET_EnableAVX512") == "0" && Avx512F.IsSupported);
    }
}
