using System.Text.Json.Serialization;
using static System.FormattableString;

namespace TextVae.Evaluation;

/// <summary>Whether the decoder uses the latent vector.</summary>
public enum PosteriorState
{
    /// <summary>It does.</summary>
    [JsonStringEnumMemberName("in-use")]
    InUse,

    /// <summary>Hardly.</summary>
    [JsonStringEnumMemberName("collapsing")]
    Collapsing,

    /// <summary>It does not: the model is a language model with an idle latent vector.</summary>
    [JsonStringEnumMemberName("collapsed")]
    Collapsed,
}

/// <summary>A judgement of the posterior.</summary>
/// <param name="State">What it is.</param>
/// <param name="Sentence">The same in words, with the figures behind it; no capital at its beginning and no full stop.</param>
public sealed record PosteriorVerdict(PosteriorState State, string Sentence);

/// <summary>
/// Posterior collapse (Bowman et al. 2016; paper 3.4): the KL term vanishes because the decoder does without z. The
/// posterior is collapsed if the KL is below <see cref="CollapsedKl"/>, no unit is active, or a random z costs less than
/// <see cref="CollapsedGap"/> more; it is collapsing if the KL is below <see cref="CollapsingKl"/>, the gap is below
/// <see cref="CollapsingGapShare"/> of the reconstruction cost with a random z, or less than
/// <see cref="CollapsingActiveShare"/> of the units are active.
/// </summary>
internal static class PosteriorCollapse
{
    /// <summary>Nats per text.</summary>
    public const double CollapsedKl = 0.1;

    /// <summary>Nats per text.</summary>
    public const double CollapsedGap = 0.1;

    /// <summary>Nats per text.</summary>
    public const double CollapsingKl = 1;

    /// <summary>Of the reconstruction cost with a random z.</summary>
    public const double CollapsingGapShare = 0.02;

    /// <summary>Of the latent size.</summary>
    public const double CollapsingActiveShare = 0.05;

    /// <summary>The verdict on a model's figures; null for a language model, and for a single text, which has no active units to count.</summary>
    public static PosteriorVerdict? Judge(EvaluationResult result)
    {
        if (result.RandomLatentGap is not { } gap || result.Texts == 1)
        {
            return null;
        }
        var (kl, active) = (result.Kl, result.ActiveUnits);
        var state =
            kl < CollapsedKl || active == 0 || gap < CollapsedGap ? PosteriorState.Collapsed
            : kl < CollapsingKl || gap < CollapsingGapShare * (result.Reconstruction + gap) || active < CollapsingActiveShare * result.Latent ? PosteriorState.Collapsing
            : PosteriorState.InUse;
        var (name, only) = state switch
        {
            PosteriorState.Collapsed => ("collapsed", "only "),
            PosteriorState.Collapsing => ("collapsing", "only "),
            _ => ("in use", ""),
        };
        var cost = gap < 0 ? Invariant($"{-gap:0.##} nats less") : Invariant($"{only}{gap:0.##} nats more");
        return new PosteriorVerdict(state, Invariant(
            $"the posterior is {name}: KL {kl:0.##} nats, {active} of {result.Latent} units active, a random latent vector costs {cost}"));
    }
}
