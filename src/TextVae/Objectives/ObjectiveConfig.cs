using TextVae.Models;

namespace TextVae.Objectives;

/// <summary>The objective's weights (paper equation 4). The defaults are the paper's for the hybrid.</summary>
public sealed record ObjectiveConfig
{
    /// <summary>alpha: weight of the auxiliary reconstruction term (paper equation 3).</summary>
    public double Alpha { get; init; } = 0.2;

    /// <summary>p: share of the decoder's input tokens that training hides (Bowman et al. 2016, paper 3.4).</summary>
    public double InputDropout { get; init; }

    /// <summary>lambda: nats of each latent dimension that cost nothing (<see cref="Objectives.FreeBits"/>).</summary>
    public double FreeBits { get; init; }

    /// <summary>beta: weight of the KL term over the course of training.</summary>
    public KlSchedule Kl { get; init; } = new LinearSchedule();

    /// <summary>Refuses values that make no sense, alone or for a model.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate(ModelConfig model)
    {
        Check.Between(0, 1e6, Alpha, "objective.alpha");
        Check.Between(0, 1, InputDropout, "objective.inputDropout");
        Check.Between(0, 1e6, FreeBits, "objective.freeBits");
        Kl.Validate();

        Check.That(Alpha == 0 || model.HasAuxiliary, "objective.alpha", Alpha,
            model.Decoder.IsAutoregressive ? "0, as the expansion gives no features that could predict the text" : "0, as a parallel decoder is the auxiliary classifier itself");
        Check.That(InputDropout == 0 || model.ReadsHistory, "objective.inputDropout", InputDropout, "0, as the decoder reads no previous tokens that could be hidden");
        Check.That(InputDropout < 1, "objective.inputDropout", InputDropout, "less than 1; model.history=false hides all previous tokens, in validation and generation too");

        Kl.Validate(model);
        Check.That(FreeBits == 0 || !model.IsLanguageModel, "objective.freeBits", FreeBits, "0, as a language model has no KL term");
        Check.That(FreeBits == 0 || Kl.Weight > 0, "objective.freeBits", FreeBits, "0, as the KL term has weight 0 (objective.kl.weight)");
        Check.That(FreeBits == 0 || !Kl.ControlsKl, "objective.freeBits", FreeBits,
            $"0 beside objective.kl.schedule '{KlSchedule.Kinds.NameOf(Kl)}': both hold the KL up, and one would hide it from the other");
    }
}
