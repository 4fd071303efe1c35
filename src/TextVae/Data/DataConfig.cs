using System.Text.Json.Serialization;
using TextVae.Texts;
using TextVae.Tokenizers;

namespace TextVae.Data;

/// <summary>What one training text is.</summary>
public enum TextKind
{
    /// <summary>Each line is a text, ended by <c>&lt;end&gt;</c> and padded.</summary>
    Lines,

    /// <summary>A text is a window of the fixed length anywhere in the running text.</summary>
    Windows,
}

/// <summary>What becomes of lines that are longer than the fixed length.</summary>
public enum LongTexts
{
    /// <summary>They are left out.</summary>
    Drop,

    /// <summary>Their beginning is the text, without an end.</summary>
    Cut,

    /// <summary>They become several texts, of which the last alone has an end.</summary>
    Split,
}

/// <summary>Which texts never part when a file is split for training, validation and test.</summary>
public enum NeverParted
{
    /// <summary>Equal ones.</summary>
    Equal,

    /// <summary>Those too that differ in nothing but case, white space and punctuation (<see cref="NearForm"/>).</summary>
    Near,
}

/// <summary>Where texts come from and how they become tokens: the <c>data</c> object of a recipe.</summary>
public sealed record DataConfig
{
    /// <summary>The most tokens of a text.</summary>
    public const int MaximumLength = 65_536;

    /// <summary>What <see cref="Source"/> begins with where the recipe brings no texts; then it says in words which to give.</summary>
    public const string Required = "required: ";

    /// <summary>A file, a folder with a training and a validation file, or null for the built-in corpus <c>dotnet-docs</c>; or <see cref="Required"/> and words.</summary>
    public string? Source { get; init; }

    /// <summary>The column or field that has the texts, in files that have some; null where they leave no choice (docs/formats.md).</summary>
    public string? Column { get; init; }

    /// <summary>What files of text are in, such as <c>windows-1252</c>; null: UTF-8, or what a byte order mark says.</summary>
    public string? Encoding { get; init; }

    /// <summary>What one text is.</summary>
    public TextKind Texts { get; init; } = TextKind.Lines;

    /// <summary>What a token is: <c>characters</c>, <c>bytes</c>, <c>words</c> or <c>subwords</c>.</summary>
    public string Tokenizer { get; init; } = CharacterTokenizer.Name;

    /// <summary>The fixed text length T in tokens; for lines, with <c>&lt;end&gt;</c> counted.</summary>
    public int Length { get; init; } = 128;

    /// <summary>What becomes of lines that are longer.</summary>
    [JsonPropertyName("long")]
    public LongTexts Longer { get; init; } = LongTexts.Drop;

    /// <summary>Which texts never part when the source is split here.</summary>
    public NeverParted Split { get; init; } = NeverParted.Equal;

    /// <summary>A file of validation texts; null: they are a part of the source.</summary>
    public string? Validation { get; init; }

    /// <summary>A file of test texts, beside <see cref="Validation"/>; null: they are a part of the source, or there are none where that is given.</summary>
    public string? Test { get; init; }

    /// <summary>How often a character or a word must occur in the training texts to be kept; bytes and subwords leave nothing out.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>V for subwords, special tokens included; null: 4,000 are learned, or all of <see cref="Merges"/> taken.</summary>
    public int? VocabularySize { get; init; }

    /// <summary>A file of merges of an existing tokeniser (<c>merges.txt</c> of GPT-2's kind); null: subwords are learned from the training texts.</summary>
    public string? Merges { get; init; }

    /// <summary>Whether padding counts in the loss, as in the authors' code; otherwise a text's nats mean the text.</summary>
    public bool ScorePadding { get; init; }

    /// <summary>How lines are normalised.</summary>
    public Normalization Normalize { get; init; } = Normalization.None;

    /// <summary>What becomes of bytes that are no UTF-8.</summary>
    public InvalidUtf8 InvalidUtf8 { get; init; } = InvalidUtf8.Fail;

    internal TokenizerOptions TokenizerOptions => new()
    {
        Kind = Tokenizer,
        MinCount = MinCount,
        VocabularySize = VocabularySize,
        Merges = Merges,
        ForLines = Texts == TextKind.Lines,
    };

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="InvalidInputException">One of them does not; its key is named.</exception>
    public void Validate()
    {
        Check.That(Source is not "", "data.source", "\"\"", $"a file, a folder or \"{BuiltInCorpus.Name}\"");
        Check.That(Column is not "", "data.column", "\"\"", "a column's name");
        TextFile.RequireKnown(Encoding);
        Check.That(Enum.IsDefined(Texts), "data.texts", Texts, "lines or windows");
        Check.That(TokenizerFactory.Kinds.Contains(Tokenizer), "data.tokenizer", Tokenizer, TokenizerFactory.KindsInWords);
        Check.That(Length is >= 2 and <= MaximumLength, "data.length", Length, $"2 to {MaximumLength:N0} tokens");
        Check.That(Enum.IsDefined(Longer), "data.long", Longer, "drop, cut or split");
        Check.That(Longer == LongTexts.Drop || Texts == TextKind.Lines, "data.long", Longer, "drop beside windows, which have no long texts");
        Check.That(Enum.IsDefined(Split), "data.split", Split, "equal or near");
        Check.That(Split == NeverParted.Equal || Texts == TextKind.Lines, "data.split", Split, "equal beside windows");
        Check.That(Validation is not "", "data.validation", "\"\"", "a file");
        Check.That(Test is not "", "data.test", "\"\"", "a file");
        Check.That(Test is null || Validation is not null, "data.test", Test, "null without data.validation: one file alone cannot say which of the other texts are for validation");
        Check.That(MinCount >= 1, "data.minCount", MinCount, "1 or more");
        Check.That(VocabularySize is null or (>= 258 and <= Vocabulary.MaximumCount), "data.vocabularySize", VocabularySize, $"258 (the bytes, {Vocabulary.Pad} and {Vocabulary.End}) to {Vocabulary.MaximumCount:N0}");
        Check.That(VocabularySize is null && Merges is null || Tokenizer == SubwordTokenizer.Name, "data.tokenizer", Tokenizer, $"{SubwordTokenizer.Name} beside data.vocabularySize or data.merges");
        Check.That(Merges is not "", "data.merges", "\"\"", "a file, such as merges.txt");
        Check.That(Enum.IsDefined(Normalize), "data.normalize", Normalize, "none or tweets");
        Check.That(Enum.IsDefined(InvalidUtf8), "data.invalidUtf8", InvalidUtf8, "fail, replace or skip");
        Check.That(Normalize == Normalization.None || Texts == TextKind.Lines, "data.normalize", "tweets with windows", "none, or texts: lines");
    }
}
