using System.Text.Json;

namespace TextVae.Cli;

/// <summary>What <c>metrics.jsonl</c> says of a run; what it does not say is null.</summary>
internal sealed record TrainingCourse
{
    /// <summary>Steps done, as of the last line.</summary>
    public long? Step { get; private init; }

    /// <summary>Seconds of training, as of the last report.</summary>
    public double? Seconds { get; private init; }

    /// <summary>The validation of the weights to use: the best one, where one was settled; else the last.</summary>
    public ValidationFigures? Validation { get; private init; }

    /// <summary>Reads it line by line; lines that are none, such as one cut by a kill, say nothing.</summary>
    public static TrainingCourse Read(string path)
    {
        var course = new TrainingCourse();
        try
        {
            return File.Exists(path) ? File.ReadLines(path).Aggregate(course, (known, line) => known.With(line)) : course;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return course; // it is dispensable
        }
    }

    private TrainingCourse With(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Line>(line, ReportJson.Options) switch
            {
                { Kind: "training", Step: { } step, Seconds: { } seconds } => this with { Step = step, Seconds = seconds },
                { Kind: "validation", Step: { } step, Best: { } best } => this with { Step = step, Validation = best || Validation is not { Best: true } ? JsonSerializer.Deserialize<ValidationFigures>(line, ReportJson.Options) : Validation },
                _ => this,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter for half a surrogate pair
        {
            return this;
        }
    }

    private sealed record Line(string? Kind, long? Step, double? Seconds, bool? Best);
}

/// <summary>Figures of a validation, as <c>metrics.jsonl</c> has them (docs/formats.md).</summary>
/// <param name="Step">After which step.</param>
/// <param name="Best">Whether the weights to use are those.</param>
/// <param name="Texts">How many texts it measured.</param>
/// <param name="Reconstruction">Nats per text.</param>
/// <param name="Kl">Nats per text.</param>
/// <param name="Elbo">Nats per text.</param>
/// <param name="BitsPerCharacter">The same in bits per character.</param>
/// <param name="ReconstructedCharacters">The share of the characters that reconstructions have right.</param>
/// <param name="Verdict">Whether the vector is in use, where that can be told.</param>
/// <param name="Posterior">The same, as the posteriors alone say it.</param>
/// <param name="Samples">Texts from the prior.</param>
internal sealed record ValidationFigures(
    long Step, bool Best, long Texts, double Reconstruction, double Kl, double Elbo, ValidationBits BitsPerCharacter,
    double? ReconstructedCharacters, string? Verdict, ValidationVerdict? Posterior, IReadOnlyList<string>? Samples);

/// <summary>Bits per character.</summary>
internal sealed record ValidationBits(double Reconstruction, double Kl, double Total);

/// <summary>What became of the posterior.</summary>
internal sealed record ValidationVerdict(string State, string Sentence);
