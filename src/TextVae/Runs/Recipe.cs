using TextVae.Data;
using TextVae.Models;
using TextVae.Objectives;
using TextVae.Runs;

namespace TextVae;

/// <summary>
/// All that a training run is a function of, but for the data's bytes. The defaults are the paper's hybrid; a recipe
/// file lists only what differs (<see cref="RecipeFile"/>).
/// </summary>
public sealed record Recipe
{
    /// <summary>What to read.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>What to train.</summary>
    public ModelConfig Model { get; init; } = new();

    /// <summary>What to minimise.</summary>
    public ObjectiveConfig Objective { get; init; } = new();

    /// <summary>How.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="InvalidInputException">Names the key, what was found and what was expected.</exception>
    public void Validate()
    {
        EncoderConfig.Kinds.RequireName(Model.Encoder, "model.encoder");
        ExpansionConfig.Kinds.RequireName(Model.Expansion, "model.expansion");
        DecoderConfig.Kinds.RequireName(Model.Decoder, "model.decoder");
        KlSchedule.Kinds.RequireName(Objective.Kl, "objective.kl");
        Data.Validate();
        Model.Validate(Data.Length);
        Objective.Validate(Model);
        Training.Validate();
        Check.That(Training.Aggressive is null || Objective.Kl.Weight > 0 && !Model.IsLanguageModel, "training.aggressive", "given", "null, as there is no KL term that could collapse");
    }
}
