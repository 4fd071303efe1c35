using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>log softmax of rows of logits, for generation: read where they are, written where they are chosen from.</summary>
internal static unsafe class LogSoftmax
{
    /// <summary>Adds each row's log-probabilities to what stands in <paramref name="scores"/>: 0, or minus infinity where a token is forbidden.</summary>
    /// <param name="logits">[rows, vocabulary].</param>
    /// <param name="scores">[rows, vocabulary], row after row.</param>
    public static void AddTo(Tensor logits, float[] scores)
    {
        using var scope = NewDisposeScope();
        var source = logits.to(float32).cpu().contiguous();
        var (rows, vocabulary) = ((int)source.size(0), (int)source.size(1));
        fixed (float* target = scores)
        {
            var (from, to) = ((nint)RowPointers<float>.Start(source), (nint)target);
            ThreadTeam.Run(rows, (first, end, _) =>
            {
                for (var row = first; row < end; row++)
                {
                    Add((float*)from + (long)row * vocabulary, (float*)to + (long)row * vocabulary, vocabulary);
                }
            });
        }
    }

    private static void Add(float* logits, float* scores, int count)
    {
        var normalizer = FusedTokenLikelihood.LogSumOfExponentials(logits, count);
        for (var k = 0; k < count; k++)
        {
            scores[k] += logits[k] - normalizer;
        }
    }
}
