using TextVae.Platform;

namespace TextVae.Training;

/// <summary>
/// A request to stop as all ranks see it, at the same places: between them, those that have been asked would leave the others
/// waiting for them. One process alone sees it at once.
/// </summary>
internal sealed class AgreedStop(Ranks ranks, CancellationToken own) : IDisposable
{
    private readonly CancellationTokenSource _agreed = new();

    /// <summary>What all have agreed on.</summary>
    public CancellationToken Token => ranks.Count == 1 ? own : _agreed.Token;

    /// <summary>Whether to stop: where one rank has been asked, all do. All come here.</summary>
    public bool Agree()
    {
        if (ranks.Count > 1)
        {
            Span<double> asked = [own.IsCancellationRequested ? 1 : 0];
            ranks.Sum(asked);
            if (asked[0] > 0)
            {
                _agreed.Cancel();
            }
        }
        return Token.IsCancellationRequested;
    }

    /// <inheritdoc/>
    public void Dispose() => _agreed.Dispose();
}
