using TextVae.Generation;
using TextVae.Models;
using TextVae.Tokenizers;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation.Constraints;

public class ColdConstraintsTests
{
    [Fact]
    public void Plans_that_are_made_at_once_on_many_threads_allow_what_one_made_alone_allows()
    {
        var child = ChildProcess.Finish(ChildProcess.Start("make plans at once", ""));
        Assert.Equal((0, "equal"), (child.ExitCode, child.Output.Trim()));
    }

    /// <summary>In a child process, where nothing of the constraints has been used: plans on many threads at once, and then one.</summary>
    internal static void MakePlansAtOnce(string _)
    {
        var tokenizer = new CharacterTokenizer(new Vocabulary(["<pad>", "<unk>", "<end>", .. Enumerable.Range(0, 3000).Select(index => $"{(char)(0x100 + 7 * index)}")]));
        using var model = new TextVaeModel(Tiny.Config, Tiny.Length, tokenizer.Vocabulary.Count);
        var generator = new TextGenerator(model, tokenizer, CPU);
        var options = Enumerable.Repeat(new SamplingOptions(), 64).ToArray();
        // Only methods of the library on other threads: those of this assembly wait for its initialiser, which runs this.
        var plans = options.AsParallel().WithDegreeOfParallelism(16).WithExecutionMode(ParallelExecutionMode.ForceParallelism).Select(sampling => generator.Plan(sampling)).ToList();
        var alone = Allowed(generator.Plan(options[0]), tokenizer);
        Console.WriteLine(plans.TrueForAll(plan => Allowed(plan, tokenizer).AsSpan().SequenceEqual(alone)) ? "equal" : "different");
    }

    private static float[] Allowed(DecodingPlan plan, CharacterTokenizer tokenizer)
    {
        var mask = new float[tokenizer.Vocabulary.Count];
        plan.Mask(Hypothesis.Empty(plan.Constraint), mask);
        return mask;
    }
}
