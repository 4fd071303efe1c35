using TextVae.Texts;

namespace TextVae.Data;

/// <summary>How texts would be split, and what the held-out ones share with those for training.</summary>
public sealed record SplitSurvey
{
    /// <summary>The normalised edit distance of near duplicates.</summary>
    public const double Near = 0.1;

    private const int MostHeldOut = 500;
    private const int MostTraining = 50_000;

    /// <summary>Texts for training.</summary>
    public required long Train { get; init; }

    /// <summary>Texts for validation.</summary>
    public required long Validation { get; init; }

    /// <summary>Texts for test.</summary>
    public required long Test { get; init; }

    /// <summary>Held-out texts, of some that were looked at, that are one for training, too.</summary>
    public required int Same { get; init; }

    /// <summary>Those that have one for training within <see cref="Near"/>: of ten characters, one is another.</summary>
    public required int NearTraining { get; init; }

    /// <summary>How many held-out texts were looked at.</summary>
    public required int LookedAt { get; init; }

    /// <summary>Splits texts and compares the parts, up to 500 held-out texts with up to 50,000 for training.</summary>
    /// <param name="data">How they are split.</param>
    /// <param name="texts">The texts.</param>
    /// <exception cref="InvalidInputException">They cannot be read.</exception>
    public static SplitSurvey Of(DataConfig data, TrainingTexts texts)
    {
        var splits = texts.Split(data);
        IEnumerable<string> Read(TextSource? source) => source is null ? [] : new Mending(data.InvalidUtf8).Texts(source.Read()).Where(text => !string.IsNullOrWhiteSpace(text));
        var index = new NearDuplicateIndex(Near);
        var train = 0L;
        foreach (var text in Read(splits.Train))
        {
            train++;
            if (train <= MostTraining)
            {
                index.Add(text);
            }
        }
        var (validation, test) = (Read(splits.Validation).LongCount(), Read(splits.Test).LongCount());
        var held = Read(splits.Validation).Concat(Read(splits.Test)).Take(MostHeldOut).Select(index.Find).ToList();
        return new SplitSurvey
        {
            Train = train,
            Validation = validation,
            Test = test,
            Same = held.Count(like => like == Likeness.Same),
            NearTraining = held.Count(like => like == Likeness.Near),
            LookedAt = held.Count,
        };
    }
}
