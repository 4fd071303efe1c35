using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>While it lasts, a model normalises by running statistics and nothing records gradients; then all is as before.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly nn.Module _model;
    private readonly bool _wasTraining;
    private readonly IDisposable _noGradients = no_grad();

    /// <summary>Begins.</summary>
    public EvaluationMode(nn.Module model)
    {
        (_model, _wasTraining) = (model, model.training);
        model.eval();
    }

    /// <summary>Ends.</summary>
    public void Dispose()
    {
        _model.train(_wasTraining);
        _noGradients.Dispose();
    }
}
