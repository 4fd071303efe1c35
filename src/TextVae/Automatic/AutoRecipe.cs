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
        overrides ??= [];
        var clock = Stopwatch.StartNew();
        Recipe Given(Recipe chosen) => RecipeFile.Change(chosen, overrides); // what is given goes before what was chosen so far

        var recipe = Given(new Recipe());
        recipe = Given(recipe with { Data = FittedData.Before(recipe.Data) });
        recipe.Data.Validate();
        var survey = TextSurvey.Of(FittedData.Read(recipe.Data, texts));
        recipe = Given(recipe with { Data = FittedData.WithTokenizer(recipe.Data, Given(recipe with { Data = recipe.Data with { Tokenizer = FittedData.Tokenizer(survey) } }).Data.Tokenizer, survey) });
        var lengths = FittedData.Lengths(recipe.Data, texts, survey);
        recipe = Given(recipe with { Data = FittedData.Of(recipe.Data, survey, lengths) });
        recipe = Given(FittedModel.Of(recipe, survey, lengths, time));
        var steps = Given(recipe with { Training = recipe.Training with { Steps = 0 } }).Training.Steps; // 0: not given
        if (steps > 0)
        {
            recipe = Given(FittedSchedule.Of(recipe, survey, steps));
            recipe.Validate();
            return new AutoRecipe { Recipe = recipe, Survey = survey, Duration = null, Reasons = [.. Reason(recipe, survey, lengths), FittedSchedule.InWords(recipe, survey)] };
        }

        using var corpus = Corpus.Load(recipe.Data, texts);
        var seconds = Measured();
        while ((time - clock.Elapsed).TotalSeconds / seconds < FittedModel.LeastSteps && FittedModel.Smaller(recipe) is { } smaller)
        {
            var decoder = recipe.Model.Decoder;
            recipe = Given(smaller);
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

        var affordable = FittedSchedule.Affordable(recipe, seconds, time - clock.Elapsed);
        steps = FittedSchedule.Steps(recipe, survey, affordable);
        recipe = FittedSchedule.Of(recipe, survey, steps);
        recipe = Given(recipe with { Training = recipe.Training with { Patience = FittedSchedule.Patience } });
        recipe.Validate();
        var duration = TimeSpan.FromSeconds(recipe.Training.Steps * seconds);
        return new AutoRecipe
        {
            Recipe = recipe,
            Survey = survey,
            Duration = duration,
            Reasons =
            [
                .. Reason(recipe, survey, lengths),
                Invariant($"a step of {recipe.Training.BatchSize} texts takes {seconds * 1000:0.#} ms here: {recipe.Training.Steps:N0} steps, {Passes(recipe, survey):0.#} passes over the texts, in {(long)duration.TotalMinutes}:{duration:ss} minutes{(steps < affordable ? ", as more passes would learn them by heart" : "")}"),
                FittedSchedule.InWords(recipe, survey),
            ],
        };
    }

    private static double Passes(Recipe recipe, TextSurvey survey) => (double)recipe.Training.Steps * recipe.Training.BatchSize / Math.Max(survey.Texts, 1);

    private static IEnumerable<string> Reason(Recipe recipe, TextSurvey survey, TokenLengths lengths) =>
    [
        FittedData.InWords(survey),
        FittedData.InWords(recipe.Data, lengths),
        FittedModel.InWords(recipe),
    ];
}
