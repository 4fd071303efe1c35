using System.Text.Json.Nodes;
using TextVae.Platform;

namespace TextVae.Runs;

/// <summary>What <c>training.json</c> holds: how the run came about.</summary>
public sealed record TrainingFile
{
    /// <summary>The recipe's name or path.</summary>
    public string Name { get; init; } = "";

    /// <summary>The whole configuration, overrides included.</summary>
    public Recipe Recipe { get; init; } = new();

    /// <summary>The <c>KEY=VALUE</c> overrides, as given.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>The data's files or folder, absolute; empty for the built-in corpus.</summary>
    public IReadOnlyList<string> DataPaths { get; init; } = [];

    /// <summary>A hash of the data and of how it became tokens.</summary>
    public string DataFingerprint { get; init; } = "";

    /// <summary>The machine and the versions of what ran on it.</summary>
    public MachineInfo? Machine { get; init; }
}

/// <summary>What <c>state.json</c> of a checkpoint holds: all of a run's state that is not a tensor.</summary>
internal sealed record TrainingState
{
    /// <summary>Steps done.</summary>
    public long Step { get; init; }

    /// <summary>Seconds trained, over all sittings.</summary>
    public double Seconds { get; init; }

    /// <summary>The best validation bound at full KL weight, in nats per text; null before the first.</summary>
    public double? BestBound { get; init; }

    /// <summary>Updates of the encoder: more than <see cref="Step"/> after aggressive training.</summary>
    public long EncoderUpdates { get; init; }

    /// <summary>What the KL schedule has learnt.</summary>
    public JsonObject Kl { get; init; } = [];

    /// <summary>Whether aggressive training of the encoder is over.</summary>
    public bool AggressiveOver { get; init; }

    /// <summary>The largest mutual information of a validation during aggressive training, nats.</summary>
    public double? BestMutualInformation { get; init; }
}
