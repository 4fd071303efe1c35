using TextVae.Tables;

namespace TextVae.Tokenizers;

/// <summary>
/// A byte-pair encoding that exists already: <c>merges.txt</c> of GPT-2 and of many models of Hugging Face. Each line has two
/// tokens with a space between, which are merged; bytes are written as <see cref="ByteCharacters"/>.
/// </summary>
internal static class MergesFile
{
    private const string Header = "#version";

    /// <summary>The tokens that merging makes, in order, each once.</summary>
    /// <exception cref="InvalidInputException">While reading: the file is missing or malformed; the line is named.</exception>
    public static IEnumerable<string> Read(string path)
    {
        var known = Enumerable.Range(0, 256).Select(value => ByteCharacters.Write([(byte)value])).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, line) in Lines(path).Index())
        {
            if (line.StartsWith(Header, StringComparison.Ordinal) || line.Length == 0)
            {
                continue;
            }
            if (line.Split(' ') is not [var left, var right] || !known.Contains(left) || !known.Contains(right) || left + right is Vocabulary.Pad or Vocabulary.Unknown or Vocabulary.End)
            {
                throw new InvalidInputException(InputKind.Data, $"{path}: line {index + 1}: found '{Shortened.Of(line)}', expected two bytes or earlier tokens with a space between, as in GPT-2's merges.txt");
            }
            if (known.Add(left + right))
            {
                yield return left + right;
            }
        }
    }

    private static IEnumerable<string> Lines(string path) => PlainText.Lines(FileBytes.Of(path).Open, path, "two tokens a line");
}
