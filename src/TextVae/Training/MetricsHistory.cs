using System.Text.Json;
using TextVae.Storage;

namespace TextVae.Training;

/// <summary>What <c>metrics.jsonl</c> already has when a run goes on.</summary>
internal static class MetricsHistory
{
    private const int LongestLine = 1 << 20; // bytes: an observer's reports take a few thousand

    /// <summary>
    /// A resumed run repeats what came after its checkpoint: the first lines of that go, and so does what no report is, such as
    /// a line cut by a kill, with all behind it. The file is read line by line, however large.
    /// </summary>
    /// <exception cref="InvalidInputException">It is no plain file, or cannot be read or written.</exception>
    public static void Forget(string path, long stepsDone, bool owesValidation)
    {
        if (!File.Exists(path))
        {
            return;
        }
        try
        {
            var (kept, all) = Measure(path, stepsDone, owesValidation);
            if (kept < all)
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
                file.SetLength(kept);
            }
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            throw new InvalidInputException(InputKind.RunFolder, $"{path}: not read, {Disk.Reason(error)}", error);
        }
    }

    /// <summary>How many bytes at the beginning stay, and how many there are.</summary>
    private static (long Kept, long All) Measure(string path, long stepsDone, bool owesValidation)
    {
        using var file = PlainFile.Open(path);
        var buffer = new byte[LongestLine];
        var (kept, filled) = (0L, 0); // the buffer begins where what is kept ends
        while (file.Read(buffer.AsSpan(filled)) is > 0 and var read)
        {
            filled += read;
            var begin = 0;
            while (buffer.AsSpan(begin, filled - begin).IndexOf((byte)'\n') is >= 0 and var length)
            {
                if (!Stays(buffer.AsSpan(begin, length), stepsDone, owesValidation))
                {
                    return (kept + begin, file.Length);
                }
                begin += length + 1;
            }
            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            (kept, filled) = (kept + begin, filled - begin);
        }
        return (kept, file.Length); // a line that fills the buffer is none, nor is one without an end
    }

    private static bool Stays(ReadOnlySpan<byte> line, long stepsDone, bool owesValidation)
    {
        try
        {
            return JsonSerializer.Deserialize<Report>(line, ReportJson.Options) is { Step: { } step } report
                && (step < stepsDone || step == stepsDone && !(owesValidation && report.Kind != "training"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException) // the latter for half a surrogate pair
        {
            return false;
        }
    }

    private sealed record Report(long? Step, string? Kind);
}
