using System.Diagnostics;

namespace TextVae.Cli;

/// <summary>Goes along with a stream of scores: counts what a user should know, and says the first of each kind at once.</summary>
internal sealed class ScoreCount
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _texts;
    private long _faults;
    private long _unknown;
    private long _inPieces;

    public TextScore Add(TextScore score)
    {
        _texts++;
        if (score.Fault is not null && _faults++ == 0)
        {
            Output.Note($"not scored: {score.Fault}");
        }
        if (score.Unknown > 0 && _unknown == 0)
        {
            Output.Note($"text {_texts:N0} has characters that the model does not know and reads as <unk>");
        }
        if (score.Pieces is { } pieces && _inPieces++ == 0)
        {
            Output.Note($"text {_texts:N0} is longer than the model reads and is scored in {pieces:N0} pieces, as are others that are");
        }
        _unknown += score.Unknown;
        return score;
    }

    /// <summary>Says the sums.</summary>
    /// <param name="source">What notes call the texts.</param>
    /// <param name="isPart">Whether there are other parts, which may have what is missing here.</param>
    /// <exception cref="InvalidInputException">There was no text, or none that fits the model.</exception>
    public void Close(string source, bool isPart)
    {
        if (_texts == _faults && !isPart)
        {
            throw new InvalidInputException(InputKind.Data, _texts == 0
                ? $"{source}: found no text; expected at least one"
                : $"{source}: found {_texts:N0} texts, none of which fits the model; expected at least one that does");
        }
        Output.Note($"scored {_texts - _faults:N0} texts, {(_texts - _faults) / _clock.Elapsed.TotalSeconds:N0} a second; {(_inPieces > 0 ? $"{_inPieces:N0} in pieces, as they are longer than the model reads; " : "")}{_faults:N0} do not fit the model; {_unknown:N0} unknown characters");
    }
}
