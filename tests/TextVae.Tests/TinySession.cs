using TextVae.Runs;
using TextVae.Training;
using static TorchSharp.torch;

namespace TextVae.Tests;

/// <summary>A session with a model that was trained for a few steps on short lines.</summary>
internal static class TinySession
{
    public static TextVaeSession Train(TemporaryFolder folder, Recipe? recipe = null)
    {
        recipe ??= Tiny.Recipe;
        using var corpus = Tiny.Corpus(folder.Path);
        var run = new RunFolder(folder["run"]);
        run.Begin(new TrainingFile { Recipe = recipe }, corpus.Tokenizer.Vocabulary);
        using var trainer = new Trainer(recipe, corpus, run, []);
        trainer.Run();
        return TextVaeSession.Load(folder["run"]);
    }

    /// <summary>A session whose model writes other texts from other latent vectors, as one that is trained for long does.</summary>
    public static TextVaeSession Expressive(TemporaryFolder folder)
    {
        var session = Train(folder);
        using var _ = no_grad();
        foreach (var parameter in session.Saved.Model.DecoderParameters)
        {
            parameter.parameter.mul_(8);
        }
        return session;
    }
}
