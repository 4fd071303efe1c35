namespace TextVae.Samples;

/// <summary>A run folder to play with, where the user names none: trained within seconds, so it has learnt little.</summary>
internal static class TinyModel
{
    private static readonly string[] Smaller =
    [
        "data.length=32", "model.latent=8", "model.encoder.channels=[32,64]", "model.expansion.channels=[64,32]",
        "model.expansion.features=32", "model.decoder.hidden=64", "objective.kl.start=50", "objective.kl.end=150",
        "training.batchSize=32", "training.learningRate=0.005", "training.validateEvery=150",
    ];

    private static readonly string[] Animals = ["cat", "dog", "hen", "pig", "fox", "owl", "bee", "ant"];
    private static readonly string[] Verbs = ["sees", "eats", "hears", "likes", "meets"];

    /// <summary>What it has read: 320 different sentences.</summary>
    public static string[] Sentences { get; } =
        [.. from one in Animals from verb in Verbs from other in Animals select $"The {one} {verb} the {other}."];

    /// <summary>The folder among the arguments, or a new one; once trained, it is there the next time.</summary>
    public static string FolderOf(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            return arguments[0];
        }
        var folder = Path.Combine(Path.GetTempPath(), "textvae-sample");
        var recipe = RecipeFile.Load("small", [.. Smaller, "training.steps=300"]);
        TextVaeTraining.Run(Path.Combine(folder, "run"), recipe, TrainingTexts.Of(Sentences));
        return Path.Combine(folder, "run");
    }
}
