using System.Diagnostics;
using TextVae.Automatic;
using TextVae.Data;
using TextVae.Training;
using static System.FormattableString;

namespace TextVae;

/// <summary>A recipe that fits some texts, this machine and the time that training may take: what <c>textvae train</c> trains where no recipe is named.</summary>
public sealed record AutoRecipe
{
    /// <summary>What stands for it where recipes are named.</summary>
    public const string Name = "auto";

    private static readonly TimeSpan Measuring = TimeSpan.FromSeconds(2);

    /// <summary>The whole recipe.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>What was found and chosen, and why; one line each.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>What is in the training texts.</summary>
    public required TextSurvey Survey { get; init; }

    /// <summary>How long the steps take here, as the first ones did; null where their number was given.</summary>
    public required TimeSpan? Duration { get; init; }

    /// <summary>Reads the texts, chooses, and takes some steps to see how long they take here.</summary>
    /// <param name="texts">What to learn from.</param>
    /// <param name="time">How long training may take, this included.</param>
    /// <param name="overrides">What is given and not to be chosen, such as <c>data.length=128</c>; the rest fits it.</param>
    /// <exception cref="InvalidInputException">The texts cannot be used, or an override makes no sense.</exception>
    public static AutoRecipe For(TrainingTexts texts, TimeSpan time, IReadOnlyList<string>? overrides = null)
    {
        Check.That(time > TimeSpan.Zero, "the time", time, "more than none");
        var clock = Stopwatch.StartNew();
        Recipe Given(Recipe chosen) => RecipeFile.Change(chosen, overrides ?? []); // what is given goes before what was chosen so far

        var data = Given(new Recipe()).Data;
        var recipe = Given(new Recipe { Data = FittedData.Before(data) });
        recipe.Data.Validate();
        var train = texts.Split(recipe.Data).Train;
        var survey = TextSurvey.Of(FittedData.Read(recipe.Data, train));
        recipe = Given(recipe with { Data = FittedData.WithTokenizer(recipe.Data, survey) });
        recipe = Given(recipe with { Data = FittedData.WithVocabulary(recipe.Data, survey) });
        var lengths = FittedData.Lengths(recipe.Data, train, survey);
        recipe = Given(recipe with { Data = FittedData.WithLength(recipe.Data, lengths) });
        recipe = Given(FittedModel.Of(recipe, survey, lengths, time));
        var steps = Given(recipe with { Training = recipe.Training with { Steps = 0 } }).Training.Steps; // 0: not given
        var (fitted, timing, duration) = steps > 0 ? (recipe, null, null) : Timed(recipe, survey, texts, time, clock, Given);
        fitted = Given(FittedSchedule.Of(fitted, survey, steps > 0 ? steps : fitted.Training.Steps));
        fitted.Validate();
        IEnumerable<string?> reasons = [FittedData.InWords(survey), FittedData.InWords(fitted.Data, lengths), FittedModel.InWords(fitted), timing, FittedSchedule.InWords(fitted, survey)];
        return new AutoRecipe { Recipe = fitted, Survey = survey, Duration = duration, Reasons = [.. reasons.OfType<string>()] };
    }

    /// <summary>The recipe with as many steps as there is time for, and a smaller decoder where these would be too few.</summary>
    private static (Recipe Recipe, string? InWords, TimeSpan? Duration) Timed(Recipe recipe, TextSurvey survey, TrainingTexts texts, TimeSpan time, Stopwatch clock, Func<Recipe, Recipe> given)
    {
        using var corpus = Corpus.Load(recipe.Data, texts);
        var seconds = Measured();
        while ((time - clock.Elapsed).TotalSeconds / seconds < FittedModel.LeastSteps && FittedModel.Smaller(recipe) is { } smaller)
        {
            var decoder = recipe.Model.Decoder;
            recipe = given(smaller);
            if (recipe.Model.Decoder == decoder)
            {
                break; // its size is given
            }
            seconds = Measured();
        }
        double Measured()
        {
            recipe.Validate();
            return StepTime.Measure(recipe, corpus, Measuring);
        }

        var batch = recipe.Training.BatchSize;
        var affordable = FittedSchedule.Affordable(seconds, time - clock.Elapsed);
        var steps = FittedSchedule.Steps(recipe, survey, affordable);
        var duration = TimeSpan.FromSeconds(steps * seconds);
        var inWords = Invariant($"a step of {batch} texts takes {seconds * 1000:0.#} ms here: {steps:N0} steps, {(double)steps * batch / survey.Texts:0.#} passes over the texts, in {(long)duration.TotalMinutes}:{duration:ss} minutes{(steps < affordable ? ", as more passes would learn them by heart" : "")}");
        return (recipe with { Training = recipe.Training with { Steps = steps, Patience = FittedSchedule.Patience } }, inWords, duration);
    }
}
