namespace TextVae;

/// <summary>What is done in shards: outputs of equal works, and of no others, belong together.</summary>
public sealed record ShardedWork
{
    /// <summary>What is done, such as <c>score</c>.</summary>
    public required string Command { get; init; }

    /// <summary>All that says how, and so changes the output.</summary>
    public required string Arguments { get; init; }

    /// <summary>Identifies the model, such as the SHA-256 of its weights.</summary>
    public required string Model { get; init; }

    /// <summary>Identifies the texts, such as the SHA-256 of their file; empty where there are none to read.</summary>
    public required string Texts { get; init; }

    /// <summary>Items of the whole, which shards divide among themselves, such as texts.</summary>
    public required long Items { get; init; }

    /// <summary>The program that does it.</summary>
    public string Version { get; init; } = typeof(ShardedWork).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>In what another work differs, for people; null where it is the same.</summary>
    internal string? DifferenceFrom(ShardedWork other)
    {
        (string Name, string Mine, string Others)[] all =
        [
            ("command", Command, other.Command), ("arguments", Arguments, other.Arguments), ("model", Model, other.Model), ("texts", Texts, other.Texts),
            ("items", FormattableString.Invariant($"{Items}"), FormattableString.Invariant($"{other.Items}")), ("version", Version, other.Version),
        ];
        return all.FirstOrDefault(value => value.Mine != value.Others) is { Name: { } name } different
            ? $"found {name} '{Shortened.Of(different.Mine, 200)}', and '{Shortened.Of(different.Others, 200)}'"
            : null;
    }
}
