using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>
/// Adam (Kingma and Ba 2014). Ours, because its state must be saved under the parameters' names and restored to the bit.
/// </summary>
public sealed class Adam
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

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

    /// <summary>Forgets the gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.grad?.zero_();
        }
    }

    /// <summary>Moves every parameter by one step.</summary>
    public void Step(double learningRate)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Steps++;
        var size = learningRate / (1 - Math.Pow(Beta1, Steps));
        var correction = Math.Sqrt(1 - Math.Pow(Beta2, Steps));
        foreach (var (_, value, mean, square) in _parameters)
        {
            if (value.grad is { } gradient)
            {
                mean.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
                square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
                value.addcdiv_(mean, square.sqrt().div_(correction).add_(Epsilon), -size);
            }
        }
    }
}
