using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>A text's tokens, and their log-probability in nats.</summary>
internal sealed record DecodedText(int[] Tokens, double LogProbability);

/// <summary>
/// Texts that one caller asks for with one plan. They are begun and ended where they are decoded, and read, in their order,
/// by the caller on a thread of its own. While many wait to be read no more are begun.
/// </summary>
/// <param name="plan">How they are decoded; from now on used where they are decoded alone.</param>
/// <param name="count">How many.</param>
/// <param name="latent">The first one that is asked for and how many to their latent vectors, [texts, latent]; called where they are decoded.</param>
/// <param name="firstText">Which text the first one is among all that are made with one seed.</param>
internal sealed class DecodingRequest(DecodingPlan plan, int count, Func<int, int, Tensor> latent, long firstText)
{
    /// <summary>Whole texts that wait to be read, from which on no more are begun.</summary>
    public const int MostUnread = 512;

    private readonly Channel<DecodedText> _whole = Channel.CreateUnbounded<DecodedText>(new() { SingleReader = true, SingleWriter = true });
    private readonly Dictionary<int, DecodedText> _early = []; // whole before one that comes before them
    private int _begun, _ended, _read; // how many
    private int _inOrder; // whole, and all before them
    private Exception? _failure;
    private volatile bool _isOver;

    /// <summary>How the texts are decoded.</summary>
    public DecodingPlan Plan => plan;

    /// <summary>Which text the first one is among all that are made with one seed.</summary>
    public long FirstText => firstText;

    /// <summary>Called by the reader when texts can be begun again.</summary>
    public Action? CanGoOn { get; init; }

    /// <summary>Told why, where it ends before its time.</summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>How many texts could be begun now.</summary>
    public int Waiting => _isOver ? 0 : int.Max(0, int.Min(count - _begun, MostUnread - Unread));

    /// <summary>Whether nothing of it is to be decoded any more: all are whole, or it has failed, or the caller has left.</summary>
    public bool IsOver => _isOver;

    private int Unread => Volatile.Read(ref _ended) - Volatile.Read(ref _read);

    /// <summary>Begins some of the texts that wait.</summary>
    /// <param name="some">How many.</param>
    /// <returns>The texts and their latent vectors, [texts, latent].</returns>
    public (IReadOnlyList<TextInProgress> Texts, Tensor Latent) Begin(int some)
    {
        TextInProgress[] texts = [.. Enumerable.Range(_begun, some).Select(index => new TextInProgress(this, index))];
        var vectors = latent(_begun, some);
        _begun += some;
        return vectors.shape is [var rows, var size] && rows == some && size == plan.Latent
            ? (texts, vectors)
            : throw new InvalidOperationException($"latent vectors: found a tensor of [{string.Join(", ", vectors.shape)}]; expected [{some}, {plan.Latent}]");
    }

    /// <summary>Takes a text of it that is whole.</summary>
    public void Complete(TextInProgress text)
    {
        var best = text.Best;
        _early[text.Index] = new DecodedText(best.Tokens(), best.LogProbability);
        Volatile.Write(ref _ended, _ended + 1);
        while (_early.Remove(_inOrder, out var next))
        {
            _whole.Writer.TryWrite(next);
            _inOrder++;
        }
        if (_inOrder == count)
        {
            End(null);
        }
    }

    /// <summary>Ends it before its time; the reader gets what is whole and then the reason.</summary>
    public void Fail(Exception reason) => End(reason);

    /// <summary>The caller wants no more.</summary>
    public void Leave() => End(null);

    /// <summary>The next text in order, if it is whole.</summary>
    public bool TryRead(out DecodedText? text)
    {
        if (!_whole.Reader.TryRead(out text))
        {
            return false;
        }
        Interlocked.Increment(ref _read);
        if (Unread == MostUnread - 1)
        {
            CanGoOn?.Invoke();
        }
        return true;
    }

    /// <summary>Waits for the next text in order.</summary>
    /// <returns>False: there is no more.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _whole.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Throws the reason if it has failed.</summary>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void End(Exception? reason)
    {
        _failure ??= reason;
        _isOver = true;
        if (_whole.Writer.TryComplete(reason) && reason is not null)
        {
            Failed?.Invoke(reason);
        }
    }
}
