namespace TextVae.Stress;

/// <summary>A model of the paper, so small that a training step takes a few milliseconds.</summary>
/// <param name="Name">What its recipe is called.</param>
/// <param name="Model">The recipe's <c>model</c>.</param>
/// <param name="Objective">The recipe's <c>objective</c>.</param>
internal sealed record TinyModel(string Name, string Model, string Objective)
{
    private const string Annealed = """ "kl": { "start": 5, "end": 10 } """;
    private const string Convolutions = """ "latent": 4, "encoder": { "channels": [8] }, "expansion": { "channels": [8], "features": 8 } """;

    public static TinyModel Hybrid { get; } = new("hybrid", $$"""{ {{Convolutions}}, "decoder": { "hidden": 8 } }""", $$"""{ {{Annealed}} }""");

    public static IReadOnlyList<TinyModel> All { get; } =
    [
        Hybrid,
        new("bytenet", $$"""{ {{Convolutions}}, "decoder": { "kind": "bytenet", "layers": 2, "channels": 8 } }""", $$"""{ {{Annealed}} }"""),
        new("lstm-vae",
            """{ "latent": 4, "encoder": { "kind": "lstm", "hidden": 8 }, "expansion": { "kind": "initial-state", "hidden": 8 }, "decoder": { "hidden": 8 } }""",
            $$"""{ "alpha": 0, "inputDropout": 0.2, {{Annealed}} }"""),
        new("feed-forward", $$"""{ {{Convolutions}}, "decoder": { "kind": "parallel" } }""", $$"""{ "alpha": 0, {{Annealed}} }"""),
        new("language-model",
            """{ "latent": 0, "encoder": { "kind": "none" }, "expansion": { "kind": "none" }, "decoder": { "hidden": 8 } }""",
            """{ "alpha": 0, "kl": { "schedule": "constant" } }"""),
    ];

    /// <summary>A folder with the texts and the recipe, <c>NAME.json</c>.</summary>
    public TemporaryFolder Prepare()
    {
        var folder = new TemporaryFolder();
        TinyCorpus.WriteLines(folder);
        folder.Write($"{Name}.json", $$"""
            {
              "data": { "length": 16 },
              "model": {{Model}},
              "objective": {{Objective}},
              "training": { "steps": 40, "batchSize": 8, "learningRate": 0.02, "reportEvery": 1, "validateEvery": 5, "checkpointEvery": 1, "threads": 1 }
            }
            """);
        return folder;
    }

    /// <summary>What trains it into a folder beside its recipe.</summary>
    public string[] Train(string run) => ["train", $"{Name}.json", "--data", "animals.txt", "--out", run];
}
