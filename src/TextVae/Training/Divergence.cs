using TextVae.Evaluation;
using TextVae.Runs;
using TextVae.Storage;
using static System.FormattableString;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>Ends a run that is about to leave the finite numbers, before anything of that is kept.</summary>
internal static class Divergence
{
    /// <summary>Refuses a step; to be asked before its gradients move the weights.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="loss">The objective, a scalar.</param>
    /// <param name="gradientNorm">Of all gradients, a scalar. Both are read at once, which is the step's one wait for the device.</param>
    /// <param name="haveMoved">Whether the weights are others than those that the run began or went on with.</param>
    /// <exception cref="InvalidInputException">One of them is not finite.</exception>
    public static void Refuse(RunFolder run, long step, Tensor loss, Tensor gradientNorm, bool haveMoved)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var read = stack([loss, gradientNorm]).cpu().data<float>().ToArray();
        if (!float.IsFinite(read[0]) || !float.IsFinite(read[1]))
        {
            throw Diverged(run, step, $"the loss is {read[0]} and the gradient's norm {read[1]}", haveMoved);
        }
    }

    /// <summary>Refuses a validation: weights that are finite may be beyond rescue all the same.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The last step.</param>
    /// <param name="validation">What was measured.</param>
    /// <param name="haveMoved">As above.</param>
    /// <exception cref="InvalidInputException">Its bound is not finite.</exception>
    public static void Refuse(RunFolder run, long step, EvaluationResult validation, bool haveMoved)
    {
        if (!double.IsFinite(validation.Elbo))
        {
            throw Diverged(run, step, $"the validation's bound is {-validation.Elbo}", haveMoved);
        }
    }

    /// <summary>Refuses to save.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The last step.</param>
    /// <param name="tensors">What would be saved, by name.</param>
    /// <exception cref="InvalidInputException">A number is not finite.</exception>
    public static void Refuse(RunFolder run, long step, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        if (FiniteTensors.FirstFault(tensors) is { } fault)
        {
            throw Diverged(run, step, $"tensor '{fault.Name}' has {fault.Found}", haveMoved: true);
        }
    }

    private static InvalidInputException Diverged(RunFolder run, long step, InvariantText found, bool haveMoved) => new(
        InputKind.Divergence, $"{run.Path}: step {step}: {found.Take()}; expected finite numbers: {Way(run.Checkpoints, haveMoved)} with a smaller training.learningRate or training.clip")
    {
        Property = "divergence",
    };

    /// <summary>How the run goes on. Where no weight has moved, what it went on with is beyond rescue: no learning rate has been used yet.</summary>
    private static string Way(IReadOnlyList<Checkpoint> checkpoints, bool haveMoved) => checkpoints switch
    {
        [] => "there is no checkpoint yet; begin again",
        [var last, ..] when haveMoved => Invariant($"the last good checkpoint is step {last.Step}; go on from there"),
        [var last] => Invariant($"no learning rate helps the checkpoint of step {last.Step}; delete {last.Path}, the only one, and begin again"),
        [var last, var before, ..] => Invariant($"no learning rate helps the checkpoint of step {last.Step}; delete {last.Path} and go on from step {before.Step}"),
    };
}
