using System.Diagnostics;
using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Platform;
using TextVae.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace TextVae.Training;

/// <summary>How long a training step of a recipe takes here, found by taking some.</summary>
internal static class StepTime
{
    private const int WarmUp = 15; // compilation, memory, what libtorch and oneDNN prepare for each shape
    private const int Least = 6;

    /// <summary>Seconds of a step, the mean over some of the first batches.</summary>
    /// <param name="recipe">A valid one.</param>
    /// <param name="corpus">The texts; it stays the caller's.</param>
    /// <param name="enough">For how long to measure, if that is more than a few steps.</param>
    /// <exception cref="InvalidInputException">The recipe does not fit the texts or the machine.</exception>
    public static double Measure(Recipe recipe, Corpus corpus, TimeSpan enough)
    {
        using var scope = NewDisposeScope();
        var training = recipe.Training;
        var device = Devices.Select(training.Device, training.Threads > 0 ? training.Threads : CoreShare.Threads(Ranks.Alone));
        TrainingMemory.Require(recipe, corpus.Tokenizer.Vocabulary.Count);
        using var model = new TextVaeModel(recipe.Model, recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count, training.Seed);
        model.to(device);
        model.SetPrecision(training.Precision);
        model.train();
        var objective = new Objective(corpus.Tokenizer.Vocabulary.PadId, recipe.Data.ScorePadding);
        using var step = new TrainingStep(recipe, corpus, new RunFolder("the measured run"), model, objective, new KlAnnealing(recipe.Objective.Kl), device, Ranks.Alone);
        var state = new TrainingState();
        void Take()
        {
            using var inner = NewDisposeScope();
            state = step.Run(state.Step + 1, state).State;
        }
        while (state.Step < WarmUp)
        {
            Take();
        }
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < enough || state.Step < WarmUp + Least)
        {
            Take();
        }
        return clock.Elapsed.TotalSeconds / (state.Step - WarmUp);
    }
}
