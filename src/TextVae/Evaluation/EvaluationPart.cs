using System.Text.Json;
using TextVae.Platform;
using TextVae.Storage;

namespace TextVae.Evaluation;

/// <summary>
/// What a session has measured of a part of the texts. The parts of an evaluation give, joined,
/// the figures that one evaluation of all texts gives, with as many threads to the bit.
/// </summary>
public sealed class EvaluationPart
{
    private readonly MeasuredTexts _measured;

    internal EvaluationPart(MeasuredTexts measured) => _measured = measured;

    /// <summary>Parts of one evaluation as one.</summary>
    /// <param name="parts">In the order of their texts.</param>
    /// <exception cref="InvalidInputException">One follows not upon the one before it.</exception>
    public static EvaluationPart Join(IReadOnlyList<EvaluationPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Check.Any(parts.Count, "parts of an evaluation");
        foreach (var (one, next) in parts.Zip(parts.Skip(1)))
        {
            var end = one._measured.First + one._measured.Count;
            Check.That(next._measured.First == end, "the first batch of a part", next._measured.First, $"{end}, where the part before it ends", InputKind.Data);
        }
        return new EvaluationPart(MeasuredTexts.Join([.. parts.Select(part => part._measured)]));
    }

    /// <summary>The figures of the texts.</summary>
    /// <exception cref="InvalidInputException">There are no texts, or not those of all batches.</exception>
    public EvaluationReport Report()
    {
        Check.That(_measured.Count == _measured.Batches && _measured.Count > 0, "measured batches", _measured.Count, $"all {_measured.Batches}", InputKind.Data);
        NativeTorch.EnsureLoaded();
        var result = _measured.Bound.Result();
        return new EvaluationReport(result, _measured.ImportanceWeighted?.Result(), _measured.Available) { FittedPrior = _measured.UnderFittedPrior(result) };
    }

    /// <summary>Writes it, as one JSON object (docs/formats.md).</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, _measured, ReportJson.Options), InputKind.Data);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is missing or malformed.</exception>
    public static EvaluationPart Read(string path)
    {
        try
        {
            using var file = PlainFile.Open(path, kind: InputKind.Data);
            return new EvaluationPart(JsonSerializer.Deserialize<MeasuredTexts>(file, ReportJson.Options) ?? throw new JsonException());
        }
        catch (Exception error) when (error is JsonException || Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.Data, $"{path}: found no part of an evaluation; expected one, as it was written", error);
        }
    }
}
