using static TorchSharp.torch;

namespace TextVae.Models;

/// <summary>A decoder in the course of generation, each text at a position of its own. It keeps what the next position needs, and no more.</summary>
/// <param name="state">What is left of the positions before, each [batch, ...].</param>
/// <param name="given">What is known of z, each [batch, ...]: the same for all hypotheses of a text.</param>
public abstract class IncrementalDecoder(Tensor[] state, Tensor[] given)
{
    /// <summary>What is left of the positions before, each [batch, ...].</summary>
    protected Tensor[] State => state;

    /// <summary>What is known of z, each [batch, ...].</summary>
    protected Tensor[] Given => given;

    /// <summary>All tensors that it holds from one position to the next: a generation step's scope must not end them.</summary>
    public virtual IEnumerable<Tensor> Tensors => [.. state, .. given];

    /// <summary>Reads the previous token of each text and says what may come next.</summary>
    /// <param name="previous">Ids below V + 2, [batch].</param>
    /// <param name="positions">Where the next token stands in its text, from 0, [batch].</param>
    /// <returns>Logits of the next token, [batch, vocabulary].</returns>
    public abstract Tensor Next(long[] previous, long[] positions);

    /// <summary>Lets each text go on from where another one of the same latent vector is, as beam search does.</summary>
    /// <param name="rows">Which one, [batch].</param>
    public void Select(Tensor rows)
    {
        foreach (var tensor in state)
        {
            tensor.copy_(tensor.index_select(0, rows));
        }
    }

    /// <summary>Goes on with some of the texts only.</summary>
    /// <param name="rows">Which ones, [texts that are left].</param>
    public void Keep(Tensor rows)
    {
        foreach (var tensors in new[] { state, given })
        {
            for (var index = 0; index < tensors.Length; index++)
            {
                tensors[index] = tensors[index].index_select(0, rows);
            }
        }
    }

    /// <summary>Puts the texts of another decoder in the place of some of this one's.</summary>
    /// <param name="rows">Their places, [the other's batch].</param>
    /// <param name="others">At its first position.</param>
    public void Replace(Tensor rows, IncrementalDecoder others)
    {
        foreach (var (own, other) in State.Concat(Given).Zip(others.State.Concat(others.Given)))
        {
            own.index_copy_(0, rows, other);
        }
    }

    /// <summary>Puts the texts of another decoder behind this one's.</summary>
    /// <param name="others">At its first position.</param>
    public void Append(IncrementalDecoder others)
    {
        foreach (var (own, other) in new[] { (State, others.State), (Given, others.Given) })
        {
            for (var index = 0; index < own.Length; index++)
            {
                own[index] = cat([own[index], other[index]], dim: 0);
            }
        }
    }

    /// <summary>Each text's part of what is there for all positions.</summary>
    /// <param name="all">[batch, time, ...].</param>
    /// <param name="positions">[batch].</param>
    /// <returns>[batch, ...].</returns>
    protected static Tensor At(Tensor all, long[] positions)
    {
        var index = tensor(positions, device: all.device).view(-1, 1, 1).expand(-1, 1, all.size(2));
        return all.gather(1, index).squeeze(1);
    }
}
