using static TextVae.Platform.TensorArithmetic;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// Keeps the most probable hypotheses of each text, whole texts among them. The first one is the greedy hypothesis, which
/// is kept whatever its rank, so that the result is never less probable than the greedy text.
/// </summary>
/// <param name="Width">Hypotheses of each text.</param>
internal sealed record BeamSearch(int Width) : IDecodingStrategy
{
    /// <inheritdoc/>
    public Choice Choose(DecodingStep step)
    {
        var vocabulary = step.Vocabulary;
        var texts = step.Scores.Length / Width;
        var logProbabilities = step.Matrix().view(texts, Width, vocabulary);
        var scores = tensor(step.Scores).view(texts, Width, 1).Plus(logProbabilities);
        var best = scores.view(texts, -1).topk(Width, dim: -1).indexes.data<long>().ToArray(); // of [Width, vocabulary] together
        var greedy = logProbabilities.select(1, 0).argmax(-1).data<long>().ToArray();

        var tokens = new long[step.Scores.Length];
        var parents = new long[step.Scores.Length];
        for (var text = 0; text < texts; text++)
        {
            var others = best.Skip(text * Width).Take(Width).Where(candidate => candidate != greedy[text]);
            foreach (var (index, candidate) in others.Prepend(greedy[text]).Take(Width).Index())
            {
                var row = text * Width + index;
                (parents[row], tokens[row]) = (text * Width + candidate / vocabulary, candidate % vocabulary);
            }
        }
        return new Choice(tokens, parents);
    }
}
