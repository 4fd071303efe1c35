using TextVae.Kernels;
using TextVae.Storage;
using TorchSharp.Modules;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>
/// A long short-term memory whose 4H pre-activations pass through one layer normalisation (Ba et al. 2016; the released
/// settings of the paper): with gates in the order i, f, o, g,
/// <code>
/// i, f, o, g = LayerNorm(x_t W_x + b + h_(t-1) W_h)
/// c_t = sigmoid(f) * c_(t-1) + sigmoid(i) * tanh(g)
/// h_t = sigmoid(o) * tanh(c_t)
/// </code>
/// There is no forget bias, and the cell is not normalised. The caller owns W_x and b and gives x_t W_x + b in two summands,
/// because inputs are partly one-hot and their product is then a lookup.
/// </summary>
/// <remarks>
/// On the CPU in float32 the sequence runs through a fused implementation (Kernels); everywhere else through
/// <see cref="UnrollPlain"/>, which is the definition.
/// </remarks>
internal sealed class LayerNormLstm : nn.Module, IHasMatrixPrecision, IInitializesItself
{
    private readonly Parameter hidden_weight; // [hidden, 4 hidden]
    private readonly Parameter gain; // [4 hidden]
    private readonly Parameter shift; // [4 hidden]

    /// <summary>Draws W_h uniformly from [-0.1, 0.1]; gains are 1, shifts 0 (released settings).</summary>
    /// <param name="hiddenSize">H, the size of the hidden state and of the cell.</param>
    /// <param name="precision">The arithmetic of the recurrent products.</param>
    /// <param name="generator">The source of the weights; torch's default if none.</param>
    public LayerNormLstm(int hiddenSize, MatrixPrecision precision = MatrixPrecision.Float32, Generator? generator = null)
        : base(nameof(LayerNormLstm))
    {
        HiddenSize = hiddenSize;
        Precision = precision;
        using var initial = rand(hiddenSize, 4 * hiddenSize, generator: generator);
        hidden_weight = new Parameter(initial.Times(0.2).Minus(0.1));
        gain = new Parameter(ones(4 * hiddenSize));
        shift = new Parameter(zeros(4 * hiddenSize));
        RegisterComponents();
    }

    /// <summary>The tensors of one of this size.</summary>
    public static IEnumerable<TensorShape> Tensors(long hiddenSize) =>
    [
        .. TensorShapes.Of(nameof(hidden_weight), hiddenSize, 4 * hiddenSize),
        .. TensorShapes.Of(nameof(gain), 4 * hiddenSize),
        .. TensorShapes.Of(nameof(shift), 4 * hiddenSize),
    ];

    /// <summary>H, the size of the hidden state and of the cell.</summary>
    public int HiddenSize { get; }

    /// <summary>The arithmetic of the recurrent products; may change between two calls.</summary>
    public MatrixPrecision Precision { get; set; }

    /// <summary>Whether generation's products are of 8 bits, on a processor that has such.</summary>
    public bool QuantizesSteps { get; set; }

    /// <summary>Draws W_h; gains stay 1 and shifts 0.</summary>
    public void Initialize(Generator generator) => Initialization.Uniform(hidden_weight, generator);

    /// <summary>Runs texts from their first position to their last.</summary>
    /// <param name="input">x_t W_x + b for all positions: [positions, 4 hidden].</param>
    /// <param name="positions">Which text and step each of them is.</param>
    /// <param name="hidden">h_0 of each text, in the positions' order: [texts, hidden]; zero if null.</param>
    /// <param name="cell">c_0 likewise.</param>
    /// <returns>Hidden states, [positions, hidden].</returns>
    public Tensor forward(ProjectedInput input, PackedPositions positions, Tensor? hidden = null, Tensor? cell = null) =>
        CpuFloat32.Holds(hidden_weight, input.Rows, hidden, cell)
            ? FusedLayerNormLstm.Unroll(input, positions, hidden_weight, gain, shift, hidden, cell, Precision)
            : UnrollPlain(input, positions, hidden, cell).Outputs;

    /// <summary>Brings the weights into the order in which generation reads them; float32 on the CPU.</summary>
    /// <param name="input">What makes x_t W_x + b.</param>
    /// <param name="output">From h_t to logits.</param>
    internal LstmStepWeights Prepare(InputProjection input, Linear output) => new(
        HiddenSize, QuantizesSteps && QuantizedProduct.IsSupported ? QuantizedProducts(input, output) : JoinedProducts(input, output),
        input.TokenRows(), gain.detach(), shift.detach(), output.bias!.detach());

    private JoinedStepProducts JoinedProducts(InputProjection input, Linear output)
    {
        var type = Precision == MatrixPrecision.BFloat16 ? bfloat16 : float32;
        var recurrent = input.FeatureWeight is { } features ? cat([hidden_weight, features]) : hidden_weight.detach();
        return new JoinedStepProducts(new BlockedMatrix(recurrent.to(type)), new BlockedMatrix(output.weight!.t().to(type).contiguous()));
    }

    private QuantizedStepProducts QuantizedProducts(InputProjection input, Linear output) => new(
        input.FeatureWeight is { } features ? new BlockedMatrix(features.to(bfloat16).contiguous()) : null,
        new QuantizedProduct(hidden_weight), new QuantizedProduct(output.weight!.t()));

    /// <summary>
    /// As <see cref="forward"/>, by the equations in torch's own operations, differentiated by autograd; for any device and type.
    /// Beside the hidden states it gives the cells of the last step's texts.
    /// </summary>
    public (Tensor Outputs, Tensor Cell) UnrollPlain(ProjectedInput input, PackedPositions positions, Tensor? hidden = null, Tensor? cell = null)
    {
        using var scope = NewDisposeScope();
        var projected = input.Sum().to(hidden_weight.dtype);
        var weight = Precision == MatrixPrecision.BFloat16 ? hidden_weight.to(bfloat16) : hidden_weight;
        var h = hidden ?? zeros([positions.Sizes[0], HiddenSize], projected.dtype, projected.device);
        var c = cell ?? zeros_like(h);
        var outputs = new List<Tensor>();
        foreach (var x in projected.split([.. positions.Sizes.Select(size => (long)size)]))
        {
            var texts = x.size(0); // those that have not ended
            var a = x.Plus(h.narrow(0, 0, texts).to(weight.dtype).matmul(weight).to(x.dtype)); // [texts, 4 hidden]
            var gates = nn.functional.layer_norm(a, [4 * HiddenSize], gain, shift, FusedLayerNormLstm.Epsilon).chunk(4, -1);
            var (i, f, o, g) = (gates[0].sigmoid(), gates[1].sigmoid(), gates[2].sigmoid(), gates[3].tanh());
            c = (f * c.narrow(0, 0, texts)).Plus(i * g);
            h = o * c.tanh();
            outputs.Add(h);
        }
        return (cat(outputs).MoveToOuterDisposeScope(), c.MoveToOuterDisposeScope());
    }
}
