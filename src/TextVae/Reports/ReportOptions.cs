namespace TextVae;

/// <summary>How much of what a model came to is measured.</summary>
public sealed record ReportOptions
{
    private const int MostTexts = 100_000;

    /// <summary>Which split the bound, the baselines and the reconstructions are measured on.</summary>
    public TextSplit Split { get; init; } = TextSplit.Valid;

    /// <summary>Most texts of the split: evenly spaced, if there are more. Null: as in training, <c>training.validationTexts</c>.</summary>
    public int? Limit { get; init; }

    /// <summary>Texts that are drawn in each way of decoding.</summary>
    public int Samples { get; init; } = 500;

    /// <summary>Texts that are reconstructed.</summary>
    public int Reconstructions { get; init; } = 500;

    /// <summary>Texts on the map of the latent space.</summary>
    public int MapPoints { get; init; } = 800;

    /// <summary>The most training texts, evenly spaced, that samples are looked up among.</summary>
    public int TrainingTexts { get; init; } = 200_000;

    /// <summary>Of these, the most characters that the baselines learn from.</summary>
    public int BaselineCharacters { get; init; } = 2_000_000;

    /// <summary>The most training texts, evenly spaced, among which the nearest is searched for.</summary>
    public int NearestAmong { get; init; } = 20_000;

    /// <summary>Little enough for the end of a short training: some seconds.</summary>
    public static ReportOptions Brief { get; } = new()
    {
        Limit = 500,
        Samples = 200,
        Reconstructions = 100,
        MapPoints = 0,
        BaselineCharacters = 500_000,
        NearestAmong = 5_000,
    };

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.That(Enum.IsDefined(Split), "the split", Split, "train, valid or test");
        Check.AtLeast(1, Limit ?? 1, "the limit of texts");
        Check.Within(1, MostTexts, Samples, "the number of samples");
        Check.Within(1, MostTexts, Reconstructions, "the number of reconstructions");
        Check.Within(0, MostTexts, MapPoints, "the number of points on the map");
        Check.AtLeast(1, TrainingTexts, "the number of training texts");
        Check.AtLeast(1, BaselineCharacters, "the number of characters for baselines");
        Check.AtLeast(1, NearestAmong, "the number of texts to search for the nearest");
    }
}
