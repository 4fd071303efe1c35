using TextVae.Data;
using TextVae.Generation.Constraints;
using TextVae.Tokenizers;

namespace TextVae;

/// <summary>
/// How texts are decoded: by default greedily, as in the paper. In the order in which they apply: constraints and the guard
/// against repetition, temperature, top-k, top-p, draw.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>The most hypotheses of a beam search, each of which is a row of the model's state.</summary>
    public const int MostBeams = 1_000;

    /// <summary>
    /// 0: greedy. Else tokens are drawn from softmax(logits / temperature): 1 is the model's own distribution, less is more
    /// careful. Null is greedy too, but 1 beside <see cref="TopK"/> or <see cref="TopP"/>.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>Draws among the k most probable tokens only (Fan et al. 2018).</summary>
    public int? TopK { get; init; }

    /// <summary>Draws among the fewest tokens that have together at least this probability (nucleus sampling, Holtzman et al. 2020).</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// Above 1: beam search for the most probable text, with so many hypotheses, at most <see cref="MostBeams"/>. The greedy one stays among them, so that
    /// the text is never less probable than the greedy one. Lengths are not normalised.
    /// </summary>
    public int NumBeams { get; init; } = 1;

    /// <summary>No text has the same sequence of so many tokens twice, unless a constraint leaves no other way (Paulus et al. 2018).</summary>
    public int? NoRepeatNgramSize { get; init; }

    /// <summary>What each text begins with.</summary>
    public string? Prefix { get; init; }

    /// <summary>The characters that a text may have.</summary>
    public string? Alphabet { get; init; }

    /// <summary>
    /// What each text matches as a whole: a pattern of <see cref="System.Text.RegularExpressions.Regex"/> of literals,
    /// classes, groups, alternatives and quantifiers. A text of a model without <c>&lt;end&gt;</c> (of windows of running
    /// text) is as long as the model's texts, or as <see cref="MaxLength"/> says. A pattern that takes more than a second or a few
    /// to decide, counted as 50 million steps, is refused, before decoding or in its course.
    /// </summary>
    public string? Regex { get; init; }

    /// <summary>The most tokens of a text, without <c>&lt;end&gt;</c>; for a model without it, the number of tokens.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The same seed gives the same texts on the same machine, however many are made at a time.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>
    /// The prior that latent vectors are drawn from, where they are drawn, and around whose mean arcs go. Null: the fitted one, if
    /// the model has one which held-out texts preferred.
    /// </summary>
    public PriorKind? Prior { get; init; }

    /// <summary>Whether tokens are drawn; else the most probable are searched for.</summary>
    internal bool Draws => Temperature is > 0 || TopK is not null || TopP is not null;

    /// <summary>Refuses values that make no sense, alone or together.</summary>
    /// <exception cref="InvalidInputException">Names the value, what was found and what was expected.</exception>
    public void Validate()
    {
        Check.That(Temperature is null or (>= 0 and < double.PositiveInfinity), "temperature", Temperature, "0 or a positive number");
        Check.Within(1, Vocabulary.MaximumCount, TopK ?? 1, "top-k");
        Check.That(TopP is null or (> 0 and <= 1), "top-p", TopP, "a number above 0, at most 1");
        Check.Within(1, MostBeams, NumBeams, "num-beams");
        Check.Within(1, DataConfig.MaximumLength, NoRepeatNgramSize ?? 1, "no-repeat-ngram-size");
        Check.Within(1, DataConfig.MaximumLength, MaxLength ?? 1, "max-length");
        Check.That(NumBeams == 1 || !Draws, "num-beams", NumBeams, "1 beside temperature, top-k or top-p: beam search looks for the most probable text and draws nothing");
        Check.That(Temperature != 0 || !Draws, "temperature", Temperature, "above 0 beside top-k or top-p: at 0 decoding is greedy and draws nothing");
        Check.That(Prior is null || Enum.IsDefined(Prior.Value), "the prior", Prior, "standard or fitted");
        if (Regex is not null)
        {
            RegexParser.Parse(Regex);
        }
    }
}
