using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// Decides which texts are decoded side by side: of the requests that wait each has its turn for one text, so that none waits
/// for another's end, only for a free place.
/// </summary>
/// <param name="batch">Where they are decoded; of this queue alone.</param>
internal sealed class DecodingQueue(DecodingBatch batch)
{
    // Parts of a batch: enough texts have ended for others to begin in their places, or for the rest to be copied together.
    private const double EnoughToBegin = 1.0 / 16, EnoughToCompact = 1.0 / 4;

    private readonly Queue<DecodingRequest> _requests = []; // whose turn is next comes first

    /// <summary>Whether <see cref="Step"/> has anything to do; not while all texts wait for their readers.</summary>
    public bool HasWork => !batch.IsEmpty || _requests.Any(request => request.IsOver || request.Waiting > 0);

    /// <summary>Takes a request into the turns.</summary>
    public void Add(DecodingRequest request) => _requests.Enqueue(request);

    /// <summary>Lets texts begin, takes one more token for each that is decoded, and gives those that are whole to their requests.</summary>
    public void Step()
    {
        try
        {
            LetGo();
            Admit();
            if (batch.IsEmpty)
            {
                return;
            }
            foreach (var text in batch.Step())
            {
                if (text.Failure is { } failure)
                {
                    text.Request.Fail(failure);
                }
                else
                {
                    text.Request.Complete(text);
                }
            }
            LetGo();
        }
        catch (Exception failure) // of the decoder, which all texts share
        {
            batch.Texts.ToList().ForEach(text => text.Request.Fail(failure));
            batch.Clear();
        }
    }

    /// <summary>Decodes one request on this thread.</summary>
    /// <returns>Its texts in their order, as they are made.</returns>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends it between two tokens.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public IEnumerable<DecodedText> Run(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        Add(request);
        while (!request.IsOver)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step();
            while (request.TryRead(out var text))
            {
                yield return text!;
            }
        }
        request.ThrowIfFailed();
    }

    /// <summary>Ends everything.</summary>
    public void Fail(Exception reason)
    {
        foreach (var request in _requests)
        {
            request.Fail(reason);
        }
        _requests.Clear();
        batch.Clear();
    }

    /// <summary>Frees the places of requests that are over.</summary>
    private void LetGo()
    {
        if (!_requests.Any(request => request.IsOver))
        {
            return;
        }
        batch.Remove(text => text.Request.IsOver);
        for (var left = _requests.Count; left > 0; left--)
        {
            var request = _requests.Dequeue();
            if (!request.IsOver)
            {
                _requests.Enqueue(request);
            }
        }
    }

    private void Admit()
    {
        var wanted = Turns();
        if (wanted.Count == 0)
        {
            if (batch.FreeRows > 0 && batch.FreeRows >= EnoughToCompact * batch.Rows && !_requests.Any(request => request.Waiting > 0))
            {
                batch.Compact();
            }
            return;
        }
        using var scope = NewDisposeScope();
        var (texts, vectors) = (new List<TextInProgress>(), new List<Tensor>());
        foreach (var (request, some) in wanted)
        {
            try
            {
                var (begun, latent) = request.Begin(some);
                texts.AddRange(begun);
                vectors.Add(latent);
            }
            catch (Exception failure)
            {
                request.Fail(failure);
            }
        }
        if (texts.Count > 0)
        {
            try
            {
                batch.Begin(texts, vectors is [var only] ? only : cat(vectors, dim: 0));
            }
            catch (Exception failure)
            {
                texts.ForEach(text => text.Request.Fail(failure));
                throw;
            }
        }
    }

    /// <summary>How many texts of which requests may begin now.</summary>
    private Dictionary<DecodingRequest, int> Turns()
    {
        var turns = new Dictionary<DecodingRequest, int>();
        var (rows, passed) = (0, 0); // requests in a row that have nothing waiting
        while (passed < _requests.Count)
        {
            var request = _requests.Peek();
            var turn = turns.GetValueOrDefault(request);
            var waits = request.Waiting > turn;
            if (waits)
            {
                if (!batch.HasRoomFor(request.Plan.Strategy.Width, beside: rows) || (turns.Count == 0 && !IsWorthwhile(request)))
                {
                    break;
                }
                turns[request] = turn + 1;
                rows += request.Plan.Strategy.Width;
            }
            passed = waits ? 0 : passed + 1;
            _requests.Enqueue(_requests.Dequeue());
        }
        return turns;
    }

    /// <summary>One request alone fills places of a full batch several at a time; several requests do not wait for that.</summary>
    private bool IsWorthwhile(DecodingRequest next) =>
        _requests.Count > 1 || batch.CanGrow(next.Plan.Strategy.Width) || batch.FreeRows >= EnoughToBegin * batch.Rows;
}
