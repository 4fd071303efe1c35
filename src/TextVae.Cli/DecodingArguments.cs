using System.CommandLine;
using TextVae.Data;
using TextVae.Tokenizers;

namespace TextVae.Cli;

/// <summary>The options that say how texts are decoded: <see cref="SamplingOptions"/> on the command line.</summary>
internal sealed class DecodingArguments
{
    private readonly Option<double?> _temperature = Numbers.Optional<double>("--temperature", "Draw from softmax(logits / T); 0 or none: greedy.", least: 0);
    private readonly Option<int?> _topK = Numbers.Optional<int>("--top-k", "Draw among the K most probable tokens.", least: 1, most: Vocabulary.MaximumCount);
    private readonly Option<double?> _topP = Numbers.Optional<double>("--top-p", "Draw among the fewest tokens of together probability P, above 0.", most: 1);
    private readonly Option<int> _numBeams = Numbers.Option("--num-beams", "Search for the most probable text with so many hypotheses.", otherwise: 1, least: 1, most: SamplingOptions.MostBeams);
    private readonly Option<int?> _noRepeat = Numbers.Optional<int>("--no-repeat-ngram-size", "No sequence of N tokens twice in a text.", least: 1, most: DataConfig.MaximumLength);
    private readonly Option<string?> _prefix = new("--prefix") { Description = "What each text begins with." };
    private readonly Option<string?> _alphabet = new("--alphabet") { Description = "The only characters that a text may have." };
    private readonly Option<string?> _regex = new("--regex") { Description = "A pattern that each whole text matches." };
    private readonly Option<int?> _maxLength = Numbers.Optional<int>("--max-length", "The most tokens of a text (characters, or what data.tokenizer says); where texts are windows, how many.", least: 1, most: DataConfig.MaximumLength);
    private readonly Option<long> _seed = CommonOptions.Seed();

    public void AddTo(Command command)
    {
        Option[] options = [_temperature, _topK, _topP, _numBeams, _noRepeat, _prefix, _alphabet, _regex, _maxLength, _seed];
        foreach (var option in options)
        {
            command.Add(option);
        }
    }

    /// <exception cref="InvalidInputException">A value makes no sense, alone or beside another.</exception>
    public SamplingOptions Read(ParseResult parsed)
    {
        var options = new SamplingOptions
        {
            Temperature = parsed.GetValue(_temperature),
            TopK = parsed.GetValue(_topK),
            TopP = parsed.GetValue(_topP),
            NumBeams = parsed.GetValue(_numBeams),
            NoRepeatNgramSize = parsed.GetValue(_noRepeat),
            Prefix = parsed.GetValue(_prefix),
            Alphabet = parsed.GetValue(_alphabet),
            Regex = parsed.GetValue(_regex),
            MaxLength = parsed.GetValue(_maxLength),
            Seed = parsed.GetValue(_seed),
        };
        options.Validate(); // before a model is loaded
        return options;
    }
}
