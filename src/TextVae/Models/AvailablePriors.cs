namespace TextVae.Models;

/// <summary>The priors that a model on disk has: the standard one, and the fitted one where the file is there, whole and of these weights.</summary>
/// <param name="Fitted">The fitted one.</param>
/// <param name="Fault">Why a file that is there is not used.</param>
/// <param name="IsStale">Whether that is because the model has other weights by now; else the file is damaged.</param>
internal sealed record AvailablePriors(SavedPrior? Fitted = null, string? Fault = null, bool IsStale = false)
{
    /// <summary>Those of a folder. What is wrong with the file is said when a prior is asked for: most work needs none.</summary>
    /// <param name="folder">Where the model lies.</param>
    /// <param name="latent">Z.</param>
    /// <param name="weights">As of <see cref="SavedPrior.WeightsSha256"/>.</param>
    public static AvailablePriors Read(string folder, int latent, string weights)
    {
        try
        {
            return SavedPrior.Read(folder, latent) is not { } saved ? new()
                : saved.WeightsSha256 == weights ? new(saved)
                : new(Fault: $"{Path.Combine(folder, SavedPrior.Name)}: found a prior that was fitted to other weights, before the run went on; expected one of these", IsStale: true);
        }
        catch (InvalidInputException error)
        {
            return new(Fault: error.Message);
        }
    }

    /// <summary>Which one is meant.</summary>
    /// <param name="asked">Null: the fitted one, if there is one which held-out texts preferred.</param>
    /// <exception cref="InvalidInputException">The fitted one was asked for and cannot be used; or nothing was, and the file is damaged.</exception>
    public PriorKind Kind(PriorKind? asked)
    {
        if (Fault is not null && (asked == PriorKind.Fitted || (asked is null && !IsStale)))
        {
            throw Missing(Fault);
        }
        if (asked == PriorKind.Fitted && Fitted is null)
        {
            throw Missing("the prior is fitted; expected standard, as none has been fitted to this model");
        }
        return asked ?? (Fitted is { Figures.IsPreferred: true } ? PriorKind.Fitted : PriorKind.Standard);
    }

    /// <summary>The prior to use, as <see cref="Kind"/> says.</summary>
    public LatentPrior Of(PriorKind? asked) => Kind(asked) == PriorKind.Fitted ? Fitted!.Mixture : LatentPrior.Standard;

    /// <summary>The fitted one, to be shown beside the standard one; null where only that is asked for, or there is no other.</summary>
    public GaussianMixture? Beside(PriorKind? asked)
    {
        Kind(asked);
        return asked == PriorKind.Standard ? null : Fitted?.Mixture;
    }

    private static InvalidInputException Missing(string fault) => new(InputKind.RunFolder, fault) { Property = "prior" };
}
