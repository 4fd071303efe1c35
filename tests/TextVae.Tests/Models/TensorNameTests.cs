namespace TextVae.Tests.Models;

/// <summary>The names that safetensors files have for good.</summary>
public class TensorNameTests
{
    [Fact]
    public void Every_tensor_has_one_name_and_none_of_a_private_field()
    {
        var model = Tiny.Model();

        var names = model.state_dict().Keys.ToList();

        Assert.DoesNotContain(names, name => name.StartsWith('_') || name.Contains("._", StringComparison.Ordinal));
        Assert.Equal(names.Count, model.state_dict().Values.Select(tensor => tensor.Handle).Distinct().Count());
        Assert.Contains("encoder.convolutions.blocks.convolution0.weight", names);
        Assert.Contains("expansion.deconvolutions.blocks.deconvolution0.weight", names);
        Assert.Contains("decoder.input.features.weight", names);
        Assert.Contains("decoder.input.bias", names);
    }

    [Fact]
    public void The_initial_weights_are_a_function_of_the_seed()
    {
        float[] Weights(long seed) => [.. Tiny.Model(seed).parameters().SelectMany(parameter => parameter.detach().reshape(-1).data<float>().ToArray())];
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }
}
