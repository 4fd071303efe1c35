using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Generation;

/// <summary>
/// Texts of any plans that are decoded side by side, each at a position of its own: rows of hypotheses, to which every step
/// adds one token. Texts begin, end and are taken out between any two steps. Its caller sees to evaluation mode.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="prepared">Its weights, ready to generate, as long as the batch is used.</param>
/// <param name="device">Where the model is.</param>
internal sealed class DecodingBatch(TextVaeModel model, PreparedModel prepared, Device device) : IDisposable
{
    /// <summary>The most rows, unless one text alone has more.</summary>
    public const int Capacity = TextGenerator.BatchSize;

    private readonly List<TextInProgress?> _rows = []; // whose hypothesis is there; null: nobody's any more
    private readonly List<TextInProgress> _texts = [];
    private readonly TokenChoice _choice = new(model.Shape.Vocabulary);
    private IncrementalDecoder? _decoder; // of the rows; between two calls its tensors are in no scope

    /// <summary>The texts in progress.</summary>
    public IReadOnlyList<TextInProgress> Texts => _texts;

    /// <summary>Whether no text is in progress.</summary>
    public bool IsEmpty => _texts.Count == 0;

    /// <summary>All rows, free ones among them.</summary>
    public int Rows => _rows.Count;

    /// <summary>Rows of texts that have ended.</summary>
    public int FreeRows { get; private set; }

    /// <summary>Whether a text of so many rows may begin, beside others of so many that begin with it.</summary>
    public bool HasRoomFor(int width, int beside)
    {
        var taken = Rows - FreeRows + beside;
        return taken == 0 || taken + width <= Capacity;
    }

    /// <summary>Whether so many rows more can stand behind all others.</summary>
    public bool CanGrow(int width) => Rows == 0 || Rows + width <= Capacity;

    /// <summary>Lets texts begin: in rows of texts that have ended, else behind the others.</summary>
    /// <param name="texts">There is room for them.</param>
    /// <param name="latent">[texts, latent].</param>
    public void Begin(IReadOnlyList<TextInProgress> texts, Tensor latent) => Change(() =>
    {
        var (places, rows) = Places(texts);
        if (rows > Capacity && FreeRows > 0)
        {
            Gather();
            (places, rows) = Places(texts);
        }
        int[] replacing = [.. Enumerable.Range(0, texts.Count).Where(text => places[text] < Rows)];
        int[] following = [.. Enumerable.Range(0, texts.Count).Except(replacing)];
        var vectors = latent.to(device);
        if (replacing.Length > 0)
        {
            _decoder!.Replace(
                Indices(replacing.SelectMany(text => Enumerable.Range(places[text], texts[text].Hypotheses.Length))), Started(replacing, texts, vectors));
            FreeRows -= replacing.Sum(text => texts[text].Hypotheses.Length);
        }
        if (following.Length > 0)
        {
            var others = Started(following, texts, vectors);
            _decoder?.Append(others);
            _decoder ??= others;
            _rows.AddRange(Enumerable.Repeat<TextInProgress?>(null, rows - Rows));
        }
        foreach (var (text, place) in texts.Zip(places))
        {
            Put(text, place);
        }
        _texts.AddRange(texts);
    });

    /// <summary>One more token for each hypothesis of each text.</summary>
    /// <returns>The texts that are whole now or have failed; they are in progress no longer.</returns>
    public IReadOnlyList<TextInProgress> Step()
    {
        Change(() =>
        {
            var (previous, positions) = (new long[Rows], new long[Rows]);
            foreach (var text in _texts)
            {
                for (var index = 0; index < text.Hypotheses.Length; index++)
                {
                    previous[text.FirstRow + index] = Previous(text.Hypotheses[index], text.Plan);
                    positions[text.FirstRow + index] = text.Position;
                }
            }
            if (_choice.Choose(_decoder!.Next(previous, positions), _texts) is { } parents)
            {
                _decoder.Select(tensor(parents, device: device));
            }
        });
        TextInProgress[] ended = [.. _texts.Where(text => text.IsWhole || text.Failure is not null)];
        Remove(text => text.IsWhole || text.Failure is not null);
        return ended;
    }

    /// <summary>Takes texts out; their rows are free.</summary>
    public void Remove(Predicate<TextInProgress> which)
    {
        foreach (var text in _texts.Where(text => which(text)))
        {
            FreeRows += text.Hypotheses.Length;
            for (var row = text.FirstRow; row < text.FirstRow + text.Hypotheses.Length; row++)
            {
                _rows[row] = null;
            }
        }
        _texts.RemoveAll(which);
        if (IsEmpty)
        {
            Clear();
        }
    }

    /// <summary>Takes the free rows out.</summary>
    public void Compact() => Change(Gather);

    /// <summary>Takes everything out and lets go of what it holds.</summary>
    public void Clear()
    {
        foreach (var tensor in _decoder?.Tensors ?? [])
        {
            tensor.Dispose();
        }
        _decoder = null;
        _rows.Clear();
        _texts.Clear();
        FreeRows = 0;
    }

    /// <summary>Lets go of what it holds.</summary>
    public void Dispose() => Clear();

    /// <summary>Does what changes the decoder in a scope that its tensors survive.</summary>
    private void Change(Action change)
    {
        using var scope = NewDisposeScope();
        foreach (var tensor in _decoder?.Tensors ?? [])
        {
            tensor.MoveToOtherDisposeScope(scope);
        }
        change();
        foreach (var tensor in _decoder?.Tensors ?? [])
        {
            tensor.DetachFromDisposeScope();
        }
    }

    private void Gather()
    {
        _decoder!.Keep(Indices(Enumerable.Range(0, Rows).Where(row => _rows[row] is not null)));
        TextInProgress[] inOrder = [.. _texts.OrderBy(text => text.FirstRow)];
        _rows.RemoveAll(text => text is null);
        FreeRows = 0;
        var place = 0;
        foreach (var text in inOrder)
        {
            text.FirstRow = place;
            place += text.Hypotheses.Length;
        }
    }

    /// <summary>Where texts can stand, each in rows side by side, and how many rows there are then.</summary>
    private (int[] Places, int Rows) Places(IReadOnlyList<TextInProgress> texts)
    {
        var (places, rows, searched) = (new int[texts.Count], Rows, 0);
        foreach (var (index, text) in texts.Index())
        {
            var width = text.Hypotheses.Length;
            var free = 0;
            while (searched < Rows && free < width)
            {
                free = _rows[searched] is null ? free + 1 : 0;
                searched++;
            }
            places[index] = free == width ? searched - width : rows;
            rows += free == width ? 0 : width;
        }
        return (places, rows);
    }

    private void Put(TextInProgress text, int place)
    {
        text.FirstRow = place;
        for (var row = place; row < place + text.Hypotheses.Length; row++)
        {
            _rows[row] = text;
        }
    }

    /// <summary>A decoder of some of the texts at their first position, each in as many rows as it has hypotheses.</summary>
    private IncrementalDecoder Started(int[] which, IReadOnlyList<TextInProgress> texts, Tensor latent) =>
        prepared.Begin(latent.index_select(0, Indices(which.SelectMany(text => Enumerable.Repeat(text, texts[text].Hypotheses.Length)))));

    private Tensor Indices(IEnumerable<int> rows) => tensor([.. rows.Select(row => (long)row)], device: device);

    private long Previous(Hypothesis hypothesis, DecodingPlan plan) =>
        model.Visible(hypothesis.HasEnded ? plan.PadId : hypothesis.Last ?? model.Shape.StartToken);
}
