using System.Text;
using TextVae.Generation.Constraints;
using TextVae.Models;
using TextVae.Tokenizers;

namespace TextVae.Generation;

/// <summary>
/// <see cref="SamplingOptions"/> made ready for a model. A constraint learns as texts reach new states, so a plan is used by
/// one thread at a time: by whoever makes it, then by whoever decodes.
/// </summary>
internal sealed class DecodingPlan
{
    private readonly int _longest;
    private readonly NoRepeatNgrams? _guard;

    /// <summary>Prepares decoding, and makes sure that there is a text to be found.</summary>
    /// <exception cref="InvalidInputException">A value makes no sense, or no text of the model fits the constraints, or they cost too much (<see cref="Effort"/>).</exception>
    public DecodingPlan(SamplingOptions options, ITokenizer tokenizer, ModelShape shape, CancellationToken cancellationToken = default)
    {
        options.Validate();
        var alphabet = new Alphabet(tokenizer, options.Alphabet);
        (PadId, EndId) = (tokenizer.Vocabulary.PadId, alphabet.EndId);
        var room = EndId is null ? shape.Length : shape.Length - 1;
        Check.That(options.MaxLength is null || options.MaxLength <= room, "max-length", options.MaxLength, $"at most {room}, the longest text of this model");
        _longest = options.MaxLength ?? room;
        _guard = options.NoRepeatNgramSize is { } size ? new NoRepeatNgrams(size) : null;
        (Seed, Latent) = (options.Seed, shape.Latent);
        Strategy = CreateStrategy(options);
        Constraint = CreateConstraint(options, alphabet, _longest, new Effort(Effort.Usual, cancellationToken));
    }

    /// <summary>Z: size of the latent vectors that it decodes.</summary>
    public int Latent { get; }

    /// <summary>How tokens are chosen.</summary>
    public IDecodingStrategy Strategy { get; }

    /// <summary>What a text may be.</summary>
    public RegexConstraint Constraint { get; }

    /// <summary>Draws the tokens, if they are drawn.</summary>
    public long Seed { get; }

    /// <summary>The token that follows a whole text.</summary>
    public int PadId { get; }

    /// <summary>The token that ends a text, if the model has one.</summary>
    public int? EndId { get; }

    /// <summary>The most tokens of a text, <c>&lt;end&gt;</c> included.</summary>
    public int Positions => EndId is null ? _longest : _longest + 1;

    /// <summary>What may follow a text, for each token: 0, or minus infinity where it is forbidden.</summary>
    /// <param name="hypothesis">The text.</param>
    /// <param name="mask">[vocabulary], to be filled.</param>
    public void Mask(Hypothesis hypothesis, Span<float> mask)
    {
        if (hypothesis.HasEnded)
        {
            mask.Fill(float.NegativeInfinity);
            mask[PadId] = 0;
            return;
        }
        Constraint.Mask(hypothesis.State, _longest - hypothesis.Length).CopyTo(mask);
        _guard?.Apply(hypothesis.Tokens(), mask);
    }

    internal static IDecodingStrategy CreateStrategy(SamplingOptions options)
    {
        if (!options.Draws)
        {
            return options.NumBeams > 1 ? new BeamSearch(options.NumBeams) : new GreedyDecoding();
        }
        var filters = new List<ILogitsFilter> { new Temperature(options.Temperature ?? 1) };
        if (options.TopK is { } k)
        {
            filters.Add(new TopK(k));
        }
        if (options.TopP is < 1 and { } p)
        {
            filters.Add(new TopP(p));
        }
        return new RandomSampling(filters);
    }

    private static RegexConstraint CreateConstraint(SamplingOptions options, Alphabet alphabet, int longest, Effort effort)
    {
        var prefix = options.Prefix ?? "";
        foreach (var character in prefix.EnumerateRunes().Where(character => !alphabet.Has(character)))
        {
            throw new InvalidInputException(InputKind.Usage, $"prefix '{prefix}': found '{character}'; expected characters that the model, and the alphabet if there is one, has");
        }
        if (Encoding.UTF8.GetByteCount(prefix) > (long)longest * alphabet.Pieces.Max(piece => piece.Length))
        {
            throw Impossible(options, alphabet, longest);
        }
        var expression = options.Regex is null ? RegexNode.Anything : RegexParser.Parse(options.Regex);
        var constraint = new RegexConstraint(expression, alphabet, longest, prefix, effort);
        return constraint.CanFinish(constraint.Start, longest) ? constraint : throw Impossible(options, alphabet, longest);
    }

    private static InvalidInputException Impossible(SamplingOptions options, Alphabet alphabet, int longest)
    {
        string?[] given =
        [
            options.Regex is { } regex ? $"regex '{regex}'" : null,
            options.Prefix is { } prefix ? $"prefix '{prefix}'" : null,
            options.Alphabet is { } characters ? $"alphabet '{characters}'" : null,
        ];
        var length = alphabet.EndId is null ? $"exactly {longest}" : $"at most {longest}";
        var way = alphabet.EndId is null ? " (it has no <end>; max-length sets another length)" : "";
        return new(InputKind.Usage, $"{string.Join(", ", given.OfType<string>())}: found no text of {length} of this model's tokens that fits{way}; expected one");
    }
}
