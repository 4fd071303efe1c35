using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TextVae.Storage;

namespace TextVae.Training;

/// <summary>
/// Writes <c>metrics.jsonl</c>: one JSON object for each report, validation and decision; terms in nats per text, not
/// weighted (docs/formats.md).
/// </summary>
internal sealed class MetricsLog : ITrainingObserver, IDisposable
{
    public const string Name = "metrics.jsonl";

    private FileStream? _file;

    /// <inheritdoc/>
    public void Started(TrainingStart start)
    {
        var path = start.Run.At(Name);
        MetricsHistory.Forget(path, start.StepsDone, start.OwesValidation);
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0); // a line is there when it is written
    }

    /// <inheritdoc/>
    public void Reported(TrainingReport report) => Write("training", Tree(report));

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        var line = Tree(report with { Result = null! });
        foreach (var (key, value) in Tree(report.Result)) // beside the rest, where a training line has its figures
        {
            line[key] = value?.DeepClone();
        }
        Write("validation", line);
    }

    /// <inheritdoc/>
    public void Decided(Decision decision) => Write("decision", Tree(decision));

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static JsonObject Tree<T>(T report) => (JsonObject)JsonSerializer.SerializeToNode(report, ReportJson.Options)!;

    private void Write(string kind, JsonObject line)
    {
        if (_file is null)
        {
            return; // it could not be opened
        }
        line.Insert(0, "kind", kind);
        var whole = _file.Length;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line.ToJsonString(ReportJson.Options) + "\n"));
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            _file.SetLength(whole); // without half a line, so that later ones can be read
            throw new InvalidInputException(InputKind.RunFolder, $"{_file.Name}: not written, {Disk.Reason(error)}", error);
        }
    }
}
