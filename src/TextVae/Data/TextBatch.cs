using static TorchSharp.torch;

namespace TextVae.Data;

/// <summary>
/// Some texts, padded to one length, with what is known of each: what goes from a dataset to the model, the objective and the
/// scores. Lengths and labels stay with the program; the ids can be a tensor, too.
/// </summary>
public sealed record TextBatch
{
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly int[]? _labels;
    private readonly Tensor? _tokens;

    /// <summary>Texts of one length.</summary>
    /// <param name="ids">[texts, time], row after row.</param>
    /// <param name="lengths">Tokens of each text, <c>&lt;end&gt;</c> included and padding not; [texts].</param>
    /// <param name="labels">A number of each text's class; null where there are none; [texts].</param>
    public TextBatch(int[] ids, int[] lengths, int[]? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lengths.Length, nameof(lengths));
        ArgumentOutOfRangeException.ThrowIfNotEqual(ids.Length % lengths.Length, 0, nameof(ids));
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels?.Length ?? lengths.Length, lengths.Length, nameof(labels));
        (_ids, _lengths, _labels) = (ids, lengths, labels);
    }

    /// <summary>How many texts.</summary>
    public int Count => _lengths.Length;

    /// <summary>T: positions of each, padding included.</summary>
    public int Time => _ids.Length / Count;

    /// <summary>The ids of all texts, row after row: [texts, time].</summary>
    public ReadOnlySpan<int> Ids => _ids;

    /// <summary>Tokens of each text, <c>&lt;end&gt;</c> included and padding not: [texts].</summary>
    public IReadOnlyList<int> Lengths => _lengths;

    /// <summary>A number of each text's class, below the number of classes: [texts]; null where there are none.</summary>
    public IReadOnlyList<int>? Labels => _labels;

    /// <summary>The ids as a tensor: [texts, time], int64. Only of a batch that is <see cref="On"/> a device.</summary>
    public Tensor Tokens => _tokens ?? throw new InvalidOperationException("the batch is on no device; expected a call of On before");

    /// <summary>The ids of one text, padding included: [time].</summary>
    public ReadOnlySpan<int> this[int text] => _ids.AsSpan(text * Time, Time);

    /// <summary>A batch of a tensor's rows, all of its length and without labels; it is on the tensor's device.</summary>
    /// <param name="tokens">Ids, [texts, time], int64.</param>
    public static TextBatch Of(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var ids = tokens.to(int32).cpu().contiguous().data<int>().ToArray();
        var lengths = new int[tokens.shape[0]];
        Array.Fill(lengths, (int)tokens.shape[1]);
        return new TextBatch(ids, lengths) { Device = tokens };
    }

    /// <summary>The texts one by one.</summary>
    public IReadOnlyList<TextRow> Rows => [.. Enumerable.Range(0, Count).Select(Row)];

    /// <summary>A batch of texts from anywhere, all of one time; it has labels if all of them have.</summary>
    public static TextBatch Of(IReadOnlyList<TextRow> rows)
    {
        var time = rows[0].Ids.Length;
        var ids = new int[checked(rows.Count * time)];
        for (var row = 0; row < rows.Count; row++)
        {
            rows[row].Ids.Span.CopyTo(ids.AsSpan(row * time, time));
        }
        return new TextBatch(ids, [.. rows.Select(row => row.Length)], rows.All(row => row.Label is not null) ? [.. rows.Select(row => row.Label!.Value)] : null);
    }

    /// <summary>The same with its ids on a device; they live in the caller's dispose scope.</summary>
    public TextBatch On(Device device)
    {
        using var scope = NewDisposeScope();
        return this with { Device = tensor(_ids).to(int64).view(Count, Time).to(device).MoveToOuterDisposeScope() };
    }

    /// <summary>Some of the texts, in the order that is asked for; on no device.</summary>
    public TextBatch Select(IReadOnlyList<int> texts) => Of([.. texts.Select(Row)]);

    /// <summary>The first positions of each text alone; on the device that this is on, if it is on one.</summary>
    public TextBatch First(int positions)
    {
        var ids = new int[Count * positions];
        for (var row = 0; row < Count; row++)
        {
            this[row][..positions].CopyTo(ids.AsSpan(row * positions));
        }
        return new TextBatch(ids, [.. _lengths.Select(length => int.Min(length, positions))], _labels) { Device = _tokens?.narrow(1, 0, positions) };
    }

    private Tensor? Device
    {
        init => _tokens = value;
    }

    private TextRow Row(int text) => new(_ids.AsMemory(text * Time, Time), _lengths[text], _labels?[text]);
}

/// <summary>A text of a <see cref="TextBatch"/>.</summary>
/// <param name="Ids">Padding included, [time].</param>
/// <param name="Length">How many of them are tokens of the text, <c>&lt;end&gt;</c> included.</param>
/// <param name="Label">The number of its class; null where there is none.</param>
public readonly record struct TextRow(ReadOnlyMemory<int> Ids, int Length, int? Label);
