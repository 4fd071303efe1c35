using static TorchSharp.torch;

namespace TextVae.Layers;

/// <summary>A <see cref="LayerNormLstm"/> in the course of generation: one step after the other, without gradients.</summary>
internal abstract class LstmSteps
{
    /// <summary>h_t, [batch, hidden].</summary>
    public abstract Tensor Hidden { get; }

    /// <summary>c_t, [batch, hidden].</summary>
    public abstract Tensor Cell { get; }

    /// <summary>All that the next step depends on, each [batch, ...].</summary>
    public abstract IEnumerable<Tensor> State { get; }

    /// <summary>Takes a step.</summary>
    /// <param name="input">x_t W_x + b: [batch, 4 hidden].</param>
    public abstract void Next(ProjectedInput input);

    /// <summary>Goes on with some of the rows only.</summary>
    /// <param name="rows">Which ones.</param>
    public abstract void Keep(Tensor rows);
}
