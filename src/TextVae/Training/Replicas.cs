using System.IO.Hashing;
using System.Text;
using TextVae.Kernels;
using TextVae.Models;
using TextVae.Platform;
using TextVae.Runs;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>Several processes that train one model: each has all of it, and they stay the same.</summary>
internal static class Replicas
{
    /// <summary>Refuses what cannot be trained by several.</summary>
    /// <exception cref="InvalidInputException">The recipe needs one process.</exception>
    public static void RequireShareable(Ranks ranks, Recipe recipe, TextVaeModel model)
    {
        if (ranks.Count == 1)
        {
            return;
        }
        Check.That(recipe.Training.Device == "cpu", "training.device", recipe.Training.Device, $"cpu, on which {ranks.Count} processes can train one model");
        Check.That(recipe.Training.BatchSize >= ranks.Count, "training.batchSize", recipe.Training.BatchSize, $"at least {ranks.Count}, a text for each process");
        Check.That(model.SharesBatches, "a part of the model", "one that needs whole batches", $"parts that {ranks.Count} processes can give a share of them each, or one process");
    }

    /// <summary>Refuses to go on where the ranks differ. All come here.</summary>
    /// <param name="ranks">The processes.</param>
    /// <param name="run">The run.</param>
    /// <param name="kind">What is at fault if they differ.</param>
    /// <param name="what">What is compared, in words.</param>
    /// <param name="hash">Of what this process has.</param>
    /// <exception cref="InvalidInputException">They have not the same; on every rank.</exception>
    public static void RequireSame(Ranks ranks, RunFolder run, InputKind kind, string what, ulong hash)
    {
        if (!ranks.AreSame(hash))
        {
            throw new InvalidInputException(kind, $"{run.Path}: found that the {ranks.Count} processes have different {what}; expected the same on each");
        }
    }

    /// <summary>The hash of a text.</summary>
    public static ulong Hash(string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of tensors.</summary>
    public static unsafe ulong Hash(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var hash = new XxHash3();
        foreach (var (_, tensor) in tensors)
        {
            using var whole = tensor.contiguous();
            var start = RowPointers<byte>.Start(whole);
            var left = whole.numel() * whole.element_size();
            for (; left > 0; left -= int.MaxValue, start += int.MaxValue)
            {
                hash.Append(new ReadOnlySpan<byte>(start, (int)Math.Min(left, int.MaxValue)));
            }
        }
        return hash.GetCurrentHashAsUInt64();
    }
}
