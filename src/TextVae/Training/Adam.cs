using TextVae.Kernels;
using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>
/// Adam (Kingma and Ba 2014). Ours, because its state must be saved under the parameters' names and restored to the bit.
/// </summary>
internal sealed class Adam : IDisposable
{
    private readonly IReadOnlyList<(string Name, TorchSharp.Modules.Parameter Value, Tensor Mean, Tensor Square)> _parameters;

    /// <summary>An optimiser whose moments are zero.</summary>
    public Adam(IEnumerable<(string name, TorchSharp.Modules.Parameter parameter)> parameters) =>
        _parameters = [.. parameters.Select(p => (
            p.name, p.parameter,
            zeros_like(p.parameter, requires_grad: false).DetachFromDisposeScope(),
            zeros_like(p.parameter, requires_grad: false).DetachFromDisposeScope()))];

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>The moments by name, for checkpoints: <c>NAME.mean</c> and <c>NAME.square</c>, shaped like the parameter.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State => _parameters.SelectMany(p => new KeyValuePair<string, Tensor>[]
    {
        new($"{p.Name}.mean", p.Mean),
        new($"{p.Name}.square", p.Square),
    });

    /// <summary>Frees the moments; the parameters stay.</summary>
    public void Dispose()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Mean.Dispose();
            parameter.Square.Dispose();
        }
    }

    /// <summary>Moves every parameter by one step.</summary>
    /// <param name="learningRate">Its length.</param>
    /// <param name="gradients">The parameters' gradients, contiguous or sparse; parameters without one do not move.</param>
    /// <param name="team">Who computes.</param>
    /// <param name="weightDecay">By what share of <paramref name="learningRate"/> the weights of matrices shrink (AdamW; Loshchilov and Hutter 2019); gains and biases do not.</param>
    public void Step(double learningRate, IReadOnlyDictionary<string, Tensor> gradients, WorkerTeam team, double weightDecay = 0)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        var step = AdamStep.At(Steps, learningRate);
        if (weightDecay > 0)
        {
            using var kept = Number(1 - learningRate * weightDecay);
            foreach (var (_, value, _, _) in _parameters.Where(p => p.Value.dim() > 1))
            {
                value.mul_(kept);
            }
        }
        var moving = _parameters
            .Select(p => (Value: (Tensor)p.Value, Gradient: gradients.GetValueOrDefault(p.Name)!, p.Mean, p.Square))
            .Where(p => p.Gradient is not null)
            .ToList();
        if (moving.TrueForAll(p => CpuFloat32.Holds(p.Value, p.Gradient)))
        {
            FusedAdam.Apply(step, moving, team);
        }
        else
        {
            moving.ForEach(p => step.ApplyPlain(p.Value, p.Gradient.is_sparse ? p.Gradient.to_dense() : p.Gradient, p.Mean, p.Square));
        }
    }
}
