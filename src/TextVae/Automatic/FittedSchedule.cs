using TextVae.Data;
using TextVae.Objectives;
using TextVae.Runs;
using static System.FormattableString;

namespace TextVae.Automatic;

/// <summary>How many steps, and what changes in the course of them, in proportion.</summary>
internal static class FittedSchedule
{
    /// <summary>Validations without a better bound, where the number of steps is our choice.</summary>
    public const int Patience = 3;

    private const int Validations = 10;
    private const double ForValidation = 0.08; // of the time
    private const double ForTheEnd = 6; // seconds: the prior, the first samples
    private const double ForwardShare = 0.35; // of a step's time, for as many texts
    private const int Cycles = 4; // Fu et al. 2019
    private const double RiseOfTarget = 0.3; // of the steps, in which beta can come from nothing to 1
    private const int MostPasses = 40; // over the texts; with more, those that are held out cost more again
    private const int LeastSteps = 300;
    private const int ManyPasses = 10;
    private const double FreeBits = 0.2; // nats of each dimension: weight decay beside few texts would else leave the vector idle, and new texts alike

    /// <summary>The steps that there is time for.</summary>
    public static long Affordable(double seconds, TimeSpan left) =>
        (long)Math.Max(Validations, Math.Max(left.TotalSeconds - ForTheEnd, left.TotalSeconds / 2) * (1 - ForValidation) / seconds);

    /// <summary>So many of them that the texts are not learnt by heart.</summary>
    public static long Steps(Recipe recipe, TextSurvey survey, long affordable)
    {
        var most = Math.Max(LeastSteps, MostPasses * survey.Texts / recipe.Training.BatchSize);
        return Math.Min(affordable, most);
    }

    /// <summary>The recipe with its schedules.</summary>
    public static Recipe Of(Recipe recipe, TextSurvey survey, long steps)
    {
        var passes = (double)steps * recipe.Training.BatchSize / Math.Max(survey.Texts, 1);
        var every = Math.Max(1, (steps + Validations - 1) / Validations);
        var affordable = ForValidation * steps * recipe.Training.BatchSize / ForwardShare / Validations;
        return recipe with
        {
            Objective = recipe.Objective with
            {
                Kl = Of(recipe.Objective.Kl, steps),
                FreeBits = passes > ManyPasses && HasFreeBits(recipe) ? FreeBits : recipe.Objective.FreeBits,
            },
            Training = recipe.Training with
            {
                Steps = steps,
                LearningRate = 0.003,
                WarmUp = Math.Min(100, steps / 20),
                WeightDecay = passes > ManyPasses ? 0.3 : 0.1,
                Decay = new LearningRateDecay { Shape = DecayShape.Linear, After = steps / 5 },
                ValidateEvery = (int)Math.Min(every, int.MaxValue),
                ValidationTexts = (int)Math.Clamp(affordable, 200, 6_400),
                CheckpointEvery = (int)Math.Min(every, int.MaxValue),
            },
        };
    }

    /// <summary>The recipe with its KL held at a rate, and all else as it is.</summary>
    public static Recipe AtRate(Recipe recipe, double nats) => recipe with
    {
        Objective = recipe.Objective with
        {
            Kl = Of(new TargetSchedule { Nats = nats, Weight = Math.Max(1, recipe.Objective.Kl.Weight) }, recipe.Training.Steps),
            FreeBits = 0,
        },
    };

    /// <summary>Whether nats of each latent dimension can be free: where a KL term is weighed, and not controlled.</summary>
    private static bool HasFreeBits(Recipe recipe) => !recipe.Model.IsLanguageModel && recipe.Objective.Kl is { Weight: > 0, ControlsKl: false };

    /// <summary>A KL schedule in proportion.</summary>
    private static KlSchedule Of(KlSchedule schedule, long steps) => schedule switch
    {
        LinearSchedule linear => linear with { Start = steps / 20, End = Math.Max(steps / 20 + 1, steps * 6 / 10) },
        CyclicalSchedule cyclical => cyclical with { Period = Math.Max(2, steps / Cycles) },
        TargetSchedule target => target with { Integral = Math.Max(target.Integral, 1 / (RiseOfTarget * steps)) },
        _ => schedule,
    };

    /// <summary>What changes when, and what to expect.</summary>
    public static string InWords(Recipe recipe, TextSurvey survey)
    {
        var (training, kl) = (recipe.Training, recipe.Objective.Kl);
        var annealing = kl is LinearSchedule linear ? Invariant($"the KL weight rises from step {linear.Start:N0} to {linear.End:N0}") : $"the KL weight follows the schedule '{KlSchedule.Kinds.NameOf(kl)}'";
        var warning = survey.Distinct < FittedModel.FewTexts ? Invariant($"; {survey.Distinct:N0} different texts are few: the model will know them by heart and make up little") : "";
        return Invariant($"{annealing}, the learning rate falls from {training.LearningRate} after step {training.Decay.After:N0}{warning}");
    }
}
