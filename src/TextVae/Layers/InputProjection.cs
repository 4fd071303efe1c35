using TextVae.Kernels;
using TextVae.Storage;
using TorchSharp.Utils;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// x_t W + b where x_t is features beside a one-hot token, or the token alone. The token's product is a row of the
/// weights, so it is looked up. With an embedding the row is one of E numbers, and its product with a matrix of its own takes the
/// row's place.
/// </summary>
internal sealed class InputProjection : nn.Module<Tensor?, Tensor, Tensor>, IHasMatrixPrecision
{
    [ComponentName(Name = "features")]
    private readonly TorchSharp.Modules.Linear? _features;
    [ComponentName(Name = "tokens")]
    private readonly TorchSharp.Modules.Embedding _tokens;
    [ComponentName(Name = "projection")]
    private readonly TorchSharp.Modules.Linear? _projection;
    [ComponentName(Name = "bias")]
    private readonly TorchSharp.Modules.Parameter _bias;

    /// <summary>A projection to <paramref name="outputs"/> numbers.</summary>
    /// <param name="features">Numbers beside the token; 0 for none.</param>
    /// <param name="vocabulary">Ids that a token can have.</param>
    /// <param name="outputs">Numbers put out.</param>
    /// <param name="embedding">E; null for none.</param>
    public InputProjection(int features, int vocabulary, int outputs, int? embedding = null)
        : base(nameof(InputProjection))
    {
        _features = features > 0 ? nn.Linear(features, outputs, hasBias: false) : null;
        _tokens = nn.Embedding(vocabulary, embedding ?? outputs);
        _projection = embedding is { } size ? nn.Linear(size, outputs, hasBias: false) : null;
        _bias = new TorchSharp.Modules.Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <summary>The tensors of a projection of these sizes.</summary>
    public static IEnumerable<TensorShape> Tensors(long features, long vocabulary, long outputs, long? embedding) =>
    [
        .. features > 0 ? TensorShapes.Linear("features", features, outputs, hasBias: false) : [],
        .. TensorShapes.Of("tokens.weight", vocabulary, embedding ?? outputs),
        .. embedding is { } size ? TensorShapes.Linear("projection", size, outputs, hasBias: false) : [],
        .. TensorShapes.Of("bias", outputs),
    ];

    /// <inheritdoc/>
    public MatrixPrecision Precision { get; set; }

    /// <summary>Where the weights are.</summary>
    public Device Device => _bias.device;

    /// <summary>Projects any number of positions.</summary>
    /// <param name="features">[..., features], or null where there are none.</param>
    /// <param name="tokens">Ids, [...], int64.</param>
    /// <returns>[..., outputs].</returns>
    public override Tensor forward(Tensor? features, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var parts = Parts(features?.flatten(0, -2), tokens.flatten());
        var sum = CpuFloat32.Holds(parts.Rows) ? ProjectedSum.Of(parts) : parts.Sum();
        return sum.view([.. tokens.shape, -1]).MoveToOuterDisposeScope();
    }

    /// <summary>The same in its two summands.</summary>
    /// <param name="features">[positions, features], or null where there are none.</param>
    /// <param name="tokens">Ids, [positions], int64.</param>
    public ProjectedInput Parts(Tensor? features, Tensor tokens)
    {
        var (rows, index) = Rows(tokens);
        return new ProjectedInput(features is null ? null : Product(features, _features!), rows, index);
    }

    /// <summary>The bias and each token's part, [vocabulary, outputs].</summary>
    public Tensor TokenRows() => Projected(_tokens.weight!);

    /// <summary>What features are multiplied with, [features, outputs]; null where there are none.</summary>
    public Tensor? FeatureWeight => _features?.weight!.t();

    /// <summary>Of the tokens that occur alone, and which of these rows each token has.</summary>
    private (Tensor Rows, Tensor Index) Rows(Tensor tokens)
    {
        var (rows, index) = SparseRows.Of(_tokens.weight!, tokens);
        return (Projected(rows), index);
    }

    private Tensor Projected(Tensor rows) => (_projection is null ? rows : Product(rows, _projection).to(_bias.dtype)).Plus(_bias);

    private Tensor Product(Tensor input, TorchSharp.Modules.Linear layer)
    {
        var type = Precision == MatrixPrecision.BFloat16 ? bfloat16 : _bias.dtype;
        return input.to(type).matmul(layer.weight!.to(type).t());
    }
}
