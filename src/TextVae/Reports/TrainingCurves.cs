using System.Text.Json;
using TextVae.Evaluation;
using TextVae.Storage;

namespace TextVae.Reports;

/// <summary>A report or a validation of the training.</summary>
/// <param name="Step">After which step.</param>
/// <param name="BitsPerCharacter">The bound and its two terms.</param>
/// <param name="Beta">Weight of the KL term.</param>
public sealed record CurvePoint(long Step, BitsPerCharacter BitsPerCharacter, double Beta);

/// <summary>How the training went, as <c>metrics.jsonl</c> has it; thinned out where it has much.</summary>
/// <param name="Training">On the texts that were learned from.</param>
/// <param name="Validation">On the validation texts.</param>
public sealed record TrainingCurves(IReadOnlyList<CurvePoint> Training, IReadOnlyList<CurvePoint> Validation)
{
    private const int MostPoints = 400;

    /// <param name="path">The file; where there is none, there are no points. What is no report is passed over.</param>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    internal static TrainingCurves Read(string path)
    {
        if (!File.Exists(path))
        {
            return new TrainingCurves([], []);
        }
        try
        {
            using var reader = new StreamReader(PlainFile.Open(path));
            var points = Lines(reader).Select(Parse).OfType<Metric>().ToLookup(point => point.Kind, point => new CurvePoint(point.Step, point.BitsPerCharacter!, point.Beta));
            return new TrainingCurves(Thinned([.. points["training"]]), Thinned([.. points["validation"]]));
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: not read, {Disk.Reason(error)}", error);
        }
    }

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static Metric? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<Metric>(line, ReportJson.Options) is { BitsPerCharacter: not null } metric ? metric : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter for half a surrogate pair
        {
            return null;
        }
    }

    /// <summary>Evenly spaced, the last one included.</summary>
    private static List<CurvePoint> Thinned(List<CurvePoint> points) => points.Count <= MostPoints ? points
        : [.. Enumerable.Range(0, MostPoints).Select(number => points[(int)((long)number * (points.Count - 1) / (MostPoints - 1))])];

    private sealed record Metric(string? Kind, long Step, BitsPerCharacter? BitsPerCharacter, double Beta);
}
