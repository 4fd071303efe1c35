using TextVae.Data;
using TextVae.Tokenizers;

namespace TextVae.Cli.Benchmarks;

/// <summary>Texts of random characters, each of the whole length T: what a step costs depends on the sizes alone.</summary>
internal sealed class RandomTexts(int length, int vocabulary) : ITextDataset
{
    private const int FirstCharacter = 0x4e00; // from here on Unicode has more letters than a benchmark asks for

    public const int MaximumVocabulary = 20_000;

    public long Count => 1 << 20;

    public int Length => length;

    public IReadOnlyList<string> Notes => [];

    public long EvaluationCount => Count;

    /// <summary>A corpus of them. Its vocabulary has no token that ends a text, so generated texts have the whole length too.</summary>
    public static Corpus Corpus(int length, int vocabulary)
    {
        var characters = Enumerable.Range(FirstCharacter, vocabulary - 1).Select(code => ((char)code).ToString());
        var tokenizer = new CharacterTokenizer(new Vocabulary([Vocabulary.Pad, .. characters]));
        var texts = new RandomTexts(length, vocabulary);
        return new Corpus(tokenizer, texts, texts, null, $"{vocabulary} random characters");
    }

    public int Read(long index, Span<int> ids)
    {
        for (var position = 0; position < length; position++)
        {
            ids[position] = 1 + (int)(Randomness.Seed(index, position, RandomStream.Data) % (ulong)(vocabulary - 1)); // all but <pad>
        }
        return length;
    }

    public long TrainingIndex(long seed, long draw) => draw % Count;

    public long EvaluationIndex(long number) => number;

    public void Dispose()
    {
    }
}
