namespace TextVae.Cli;

/// <summary>What a command line asks of <c>train</c> or <c>tradeoff</c>.</summary>
/// <param name="Recipe">A recipe's name or file; null: one that fits the texts.</param>
/// <param name="Data">The texts; none for the recipe's.</param>
/// <param name="Output">The folder, or null.</param>
/// <param name="Overrides">Changes of the recipe.</param>
/// <param name="Minutes">How long it may take, where the recipe is one that fits.</param>
internal sealed record TrainingRequest(string? Recipe, string[] Data, string? Output, IReadOnlyList<string> Overrides, double? Minutes)
{
    public const double DefaultMinutes = 3;

    /// <summary>Whether part of the time goes on finding out how much the latent vector shall say.</summary>
    public bool ChoosesRate { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Time => TimeSpan.FromMinutes(Minutes ?? DefaultMinutes);

    /// <summary>What to learn from.</summary>
    public TrainingTexts Texts => TextsOf(Data);

    /// <summary>The texts of files; of none, the recipe's.</summary>
    public static TrainingTexts TextsOf(IReadOnlyList<string> paths) => paths.Count > 0 ? TrainingTexts.Files(paths) : TrainingTexts.OfRecipe;

    /// <exception cref="InvalidInputException">Several processes would train the model, of which only one could try rates.</exception>
    public void RequireOneProcessToChoose(int processes)
    {
        if (ChoosesRate && processes > 1)
        {
            throw new InvalidInputException(InputKind.Usage, $"--nats auto: found {processes} processes; expected one, or the number of nats that 'textvae tradeoff' recommends");
        }
    }
}
