namespace TextVae;

/// <summary>A prior over the latent vector z.</summary>
public enum PriorKind
{
    /// <summary>N(0, I), which training draws the posteriors towards.</summary>
    Standard,

    /// <summary>The mixture of Gaussians that was fitted to where the training texts are (<see cref="FittedPrior"/>).</summary>
    Fitted,
}

/// <summary>
/// A mixture of Gaussians with full covariances, fitted after training to samples of the training texts' posteriors (Ghosh et
/// al. 2020). Its densities are means over samples of the posteriors of texts that neither the model nor the fit has learnt from,
/// so that their difference is what the bound on the likelihood gains.
/// </summary>
public sealed record FittedPrior
{
    /// <summary>Gaussians in the mixture.</summary>
    public required int Components { get; init; }

    /// <summary>Training texts that it was fitted to.</summary>
    public required long Texts { get; init; }

    /// <summary>Validation texts by which it was chosen.</summary>
    public required long HeldOutTexts { get; init; }

    /// <summary>The mean of log p(z) over them, nats.</summary>
    public required double LogDensity { get; init; }

    /// <summary>The same under N(0, I), nats.</summary>
    public required double StandardLogDensity { get; init; }

    /// <summary>What it gains on <see cref="PriorKind.Standard"/>, nats per text.</summary>
    public double Gain => LogDensity - StandardLogDensity;

    /// <summary>Whether it is the one that is used where nothing else is asked for.</summary>
    public bool IsPreferred => Gain > 0;

    /// <summary>SHA-256 of its numbers, in hexadecimal digits.</summary>
    public string Sha256 { get; init; } = "";
}
