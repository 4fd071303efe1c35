namespace TextVae.Benchmarks;

/// <summary>Sizes of a batch of sequences in the paper.</summary>
public sealed record SequenceSize(int Time, int Batch, int Hidden)
{
    public static SequenceSize PennTreebank { get; } = new(60, 64, 500);

    public static IEnumerable<SequenceSize> All => [PennTreebank, new(128, 32, 1000)]; // and tweets

    public override string ToString() => $"T={Time} B={Batch} H={Hidden}";
}
