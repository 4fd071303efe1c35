using TextVae.Layers;
using TextVae.Storage;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>The expansion of Bowman et al. 2016 (paper figure 1): the decoder's initial (h, c) = tanh(linear(z)).</summary>
internal sealed class InitialStateExpansion : Expansion
{
    [ComponentName(Name = "state")]
    private readonly TorchSharp.Modules.Linear _state;

    internal InitialStateExpansion(InitialStateExpansionConfig config, ModelShape shape)
        : base(nameof(InitialStateExpansion))
    {
        _state = nn.Linear(shape.Latent, 2 * config.Hidden);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Conditioning forward(Tensor z) // [batch, latent]
    {
        var state = _state.forward(z).tanh().chunk(2, dim: 1); // twice [batch, hidden]
        return new Conditioning(Hidden: state[0].contiguous(), Cell: state[1].contiguous());
    }
}

/// <summary>Sizes of the initial-state expansion.</summary>
public sealed record InitialStateExpansionConfig : ExpansionConfig
{
    /// <summary>H: units of the decoder's LSTM.</summary>
    public int Hidden { get; init; } = 500;

    /// <inheritdoc/>
    public override int StateSize => Hidden;

    /// <inheritdoc/>
    public override Expansion Build(ModelShape shape) => new InitialStateExpansion(this, shape);

    /// <inheritdoc/>
    public override IEnumerable<TensorShape> Tensors(ModelShape shape) => TensorShapes.Linear("state", shape.Latent, 2L * Hidden);

    /// <inheritdoc/>
    public override ProductCount? Count(ModelShape shape) => ProductCount.Of(shape.Latent, 2 * Hidden);

    /// <inheritdoc/>
    public override void Validate(int length) => Check.AtLeast(1, Hidden, "model.expansion.hidden");
}
