using TextVae.Kernels;
using TextVae.Storage;
using TorchSharp.Utils;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// The batch-normalised posterior mean of BN-VAE (Zhu et al. 2020, 3.2): over the texts each dimension has standard
/// deviation gamma, which is fixed, around a learnt shift. So the KL cannot fall below Z * gamma^2 / 2 nats.
/// </summary>
internal sealed class NormalizedMean : nn.Module<Tensor, Tensor>, IInitializesItself
{
    private readonly double _scale;
    [ComponentName(Name = "normalization")]
    private readonly TorchSharp.Modules.BatchNorm1d _normalization;
    [ComponentName(Name = "shift")]
    private readonly TorchSharp.Modules.Parameter _shift;

    /// <summary>For <paramref name="latent"/> dimensions.</summary>
    /// <param name="latent">Z.</param>
    /// <param name="scale">gamma.</param>
    public NormalizedMean(int latent, double scale)
        : base(nameof(NormalizedMean))
    {
        _scale = scale;
        _normalization = nn.BatchNorm1d(latent, affine: false);
        _shift = new TorchSharp.Modules.Parameter(zeros(latent));
        RegisterComponents();
    }

    /// <summary>The tensors of one for this many dimensions.</summary>
    public static IEnumerable<TensorShape> Tensors(long latent) =>
        [.. TensorShapes.Of("shift", latent), .. TensorShapes.BatchNorm("normalization", latent, hasGain: false)];

    /// <summary>Draws nothing: the shift stays 0.</summary>
    public void Initialize(Generator generator)
    {
    }

    /// <summary>gamma * normalised mean + shift.</summary>
    /// <param name="mean">[batch, latent].</param>
    /// <returns>[batch, latent].</returns>
    public override Tensor forward(Tensor mean) =>
        (training && CpuFloat32.Holds(mean) ? FusedBatchNorm.Normalize(mean, null, _normalization) : _normalization.forward(mean)).Times(_scale).Plus(_shift);
}
