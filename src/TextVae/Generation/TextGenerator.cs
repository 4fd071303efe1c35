using TextVae.Data;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A text and what the model makes of it.</summary>
public sealed record Reconstruction(string Text, string Reconstructed);

/// <summary>Texts from latent vectors, and latent vectors from texts or from the prior.</summary>
/// <param name="model">The model; it is in evaluation mode while it generates.</param>
/// <param name="tokenizer">Its tokeniser.</param>
/// <param name="device">Where the model is.</param>
public sealed class TextGenerator(TextVaeModel model, ITokenizer tokenizer, Device device)
{
    /// <summary>Texts generated side by side.</summary>
    public const int BatchSize = 256;

    /// <summary>Latent vectors from the prior N(0, I); the i-th depends on the seed and on i alone.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="first">Index of the first.</param>
    /// <returns>[count, latent].</returns>
    public Tensor Prior(int count, long seed, long first = 0)
    {
        using var scope = NewDisposeScope();
        var rows = Enumerable.Range(0, count).Select(index =>
        {
            using var generator = new Generator(Randomness.Seed(seed, first + index, RandomStream.Prior));
            return randn(model.Shape.Latent, generator: generator);
        });
        return stack([.. rows]).to(device).MoveToOuterDisposeScope();
    }

    /// <summary>Texts from the prior.</summary>
    public IReadOnlyList<string> Sample(int count, long seed, ITokenChooser? chooser = null, long first = 0)
    {
        using var scope = NewDisposeScope();
        return Decode(Prior(count, seed, first), chooser ?? new GreedyDecoding());
    }

    /// <summary>Texts decoded greedily from the means of their posteriors.</summary>
    /// <param name="ids">Encoded texts, [texts, time], row after row.</param>
    public IReadOnlyList<Reconstruction> Reconstruct(long[] ids)
    {
        using var scope = NewDisposeScope();
        using var evaluation = new EvaluationMode(model);
        var length = model.Shape.Length;
        var means = model.Encode(tensor(ids).view(-1, length).to(device)).Mean;
        var decoded = Decode(means, new GreedyDecoding());
        return [.. decoded.Select((text, index) => new Reconstruction(Text(ids.AsSpan(index * length, length)), text))];
    }

    /// <summary>Texts of latent vectors.</summary>
    /// <param name="z">[texts, latent].</param>
    /// <param name="chooser">The decoding strategy.</param>
    public IReadOnlyList<string> Decode(Tensor z, ITokenChooser chooser)
    {
        using var evaluation = new EvaluationMode(model);
        using var scope = NewDisposeScope();
        var texts = new List<string>();
        foreach (var batch in z.split(BatchSize))
        {
            using var chunk = NewDisposeScope();
            var ids = Generate(batch, chooser).cpu().data<long>().ToArray();
            texts.AddRange(ids.Chunk(model.Shape.Length).Select(row => Text(row)));
        }
        return texts;
    }

    private Tensor Generate(Tensor z, ITokenChooser chooser)
    {
        var vocabulary = tokenizer.Vocabulary;
        var never = tensor(new long[] { vocabulary.PadId, vocabulary.UnknownId ?? vocabulary.PadId }, device: device);
        var decoder = model.Begin(z);
        var previous = full([z.shape[0]], model.Shape.StartToken, int64, device);
        var ended = zeros([z.shape[0]], @bool, device);
        var tokens = full([z.shape[0], model.Shape.Length], vocabulary.PadId, int64, device); // [texts, time]
        for (var position = 0; position < model.Shape.Length; position++)
        {
            using var step = NewDisposeScope();
            foreach (var tensor in decoder.State)
            {
                tensor.MoveToOtherDisposeScope(step); // the last step's, no longer needed after this one
            }
            previous.MoveToOtherDisposeScope(step);
            previous = chooser.Choose(decoder.Next(model.Seen(previous)).index_fill(1, never, float.NegativeInfinity), position);
            tokens.select(1, position).copy_(previous);
            if (vocabulary.EndId is { } end && ended.logical_or_(previous.eq(end)).all().item<bool>())
            {
                break;
            }
            foreach (var tensor in decoder.State.Append(previous))
            {
                tensor.MoveToOuterDisposeScope();
            }
        }
        return tokens;
    }

    private string Text(ReadOnlySpan<long> ids) =>
        tokenizer.Decode(Array.ConvertAll(ids.ToArray(), id => (int)id));
}
