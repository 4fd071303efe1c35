namespace TextVae.Cli.Tests;

/// <summary>Texts and a recipe so small that a training step takes a few milliseconds.</summary>
internal static class TinyCorpus
{
    private static readonly string[] Animals = ["cat", "dog", "hen", "pig", "fox", "owl", "bee", "ant"];
    private static readonly string[] Verbs = ["sees", "eats", "hears", "likes", "meets"];

    /// <summary>Different short sentences, as many as there are: 320 of at most 15 characters.</summary>
    public static IEnumerable<string> Sentences =>
        from one in Animals from verb in Verbs from other in Animals select $"{one} {verb} {other}s";

    /// <summary>Writes <c>animals.txt</c>, one sentence a line.</summary>
    public static string WriteLines(TemporaryFolder folder) => folder.Write("animals.txt", string.Join('\n', Sentences) + "\n");

    /// <summary>Writes a folder with <c>x.train.txt</c> and <c>x.valid.txt</c>, running text.</summary>
    public static string WriteFolder(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder["texts"]);
        folder.Write("texts/x.train.txt", string.Join(" . ", Sentences.Where((_, index) => index % 8 != 0)));
        folder.Write("texts/x.valid.txt", string.Join(" . ", Sentences.Where((_, index) => index % 8 == 0)));
        return "texts";
    }

    /// <summary>Writes <c>tiny.json</c>. The KL weight is full from step 10 on, so that the best weights are not the last ones.</summary>
    public static string WriteRecipe(TemporaryFolder folder) => folder.Write("tiny.json", """
        {
          // small enough for a test
          "data": { "length": 16 },
          "model": {
            "latent": 4,
            "encoder": { "channels": [8] },
            "expansion": { "channels": [8], "features": 8 },
            "decoder": { "hidden": 8 },
          },
          "objective": { "kl": { "start": 5, "end": 10 } },
          "training": { "steps": 40, "batchSize": 8, "learningRate": 0.02, "reportEvery": 1, "validateEvery": 5, "checkpointEvery": 1, "threads": 1 }
        }
        """);

    /// <summary>A folder with the texts and the recipe.</summary>
    public static TemporaryFolder Prepare()
    {
        var folder = new TemporaryFolder();
        WriteLines(folder);
        WriteRecipe(folder);
        return folder;
    }
}
