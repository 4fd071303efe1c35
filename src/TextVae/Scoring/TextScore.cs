namespace TextVae;

/// <summary>What a text costs a model. One that is longer than the model reads costs what its <see cref="Pieces"/> do. A text that does not fit the model has a <see cref="Fault"/> and no figures.</summary>
public sealed record TextScore
{
    /// <summary>The text, as given.</summary>
    public required string Text { get; init; }

    /// <summary>The bound on -log p(x), nats: -ELBO, or the importance-weighted one.</summary>
    public double? Nats { get; init; }

    /// <summary>-log p(x|z) with one z from the posterior, nats.</summary>
    public double? Reconstruction { get; init; }

    /// <summary>KL(q(z|x) || p(z)), nats; 0 for a language model.</summary>
    public double? Kl { get; init; }

    /// <summary><see cref="Nats"/> in bits per character; null for an empty text.</summary>
    public double? BitsPerCharacter { get; init; }

    /// <summary>How many of a hundred validation texts cost fewer bits per character; null where that is not known.</summary>
    public double? Percentile { get; init; }

    /// <summary>The tokens and what each costs; their sum is <see cref="Reconstruction"/>. Null unless asked for.</summary>
    public IReadOnlyList<TokenCost>? Tokens { get; init; }

    /// <summary>Tokens that the model does not know and reads as <c>&lt;unk&gt;</c>.</summary>
    public int Unknown { get; init; }

    /// <summary>How many pieces of about the same length the text was scored in, as it is longer than the model reads; null: it was scored whole.</summary>
    public int? Pieces { get; init; }

    /// <summary>Why the text has no figures; null where it has them.</summary>
    public string? Fault { get; init; }
}

/// <summary>A token of a text.</summary>
/// <param name="Token">As the vocabulary names it: <c>&lt;end&gt;</c> after the last of a text, <c>&lt;unk&gt;</c> for what is unknown.</param>
/// <param name="Nats">-log p(x_t | z, x_(before t)).</param>
public sealed record TokenCost(string Token, double Nats);
