namespace TextVae.Objectives;

/// <summary>The objective's weights (paper equation 4). The defaults are the paper's for the hybrid.</summary>
public sealed record ObjectiveConfig
{
    /// <summary>alpha: weight of the auxiliary reconstruction term (paper equation 3).</summary>
    public double Alpha { get; init; } = 0.2;

    /// <summary>p: share of the decoder's input tokens that training hides (Bowman et al. 2016, paper 3.4).</summary>
    public double InputDropout { get; init; }

    /// <summary>beta: weight of the KL term over the course of training.</summary>
    public KlSchedule Kl { get; init; } = new LinearSchedule();

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.Between(0, 1e6, Alpha, "objective.alpha");
        Check.Between(0, 1, InputDropout, "objective.inputDropout");
        Kl.Validate();
    }
}
