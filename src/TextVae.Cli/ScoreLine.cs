using Spectre.Console;
using TextVae.Tokenizers;

namespace TextVae.Cli;

/// <summary>A score for people: bits per character, percentile, text, and where there are costs of characters, these.</summary>
internal static class ScoreLine
{
    private const double ReddestBits = 10; // a character as improbable as one in a thousand

    private static readonly double Ln2 = Math.Log(2);

    public static void Write(TextScore score)
    {
        var bits = score.BitsPerCharacter is { } cost ? $"{cost,7:F3} bits/char" : "      - bits/char";
        var lead = $"{bits} {(score.Percentile is { } percentile ? $"{percentile,5:F1} %" : "    - %")}  ";
        if (score.Tokens is null)
        {
            Output.WriteLine(lead + score.Text + (score.Fault is not null ? "  (not scored)" : score.Pieces is { } pieces ? $"  (in {pieces:N0} pieces)" : ""));
        }
        else if (Output.Standard.Profile.Capabilities is not { Ansi: true, ColorSystem: not ColorSystem.NoColors })
        {
            Output.WriteLine(lead + string.Concat(score.Tokens.Select(Shown)));
            Output.WriteLine(new string(' ', lead.Length) + string.Concat(score.Tokens.Select(token => Digit(token).PadRight(Shown(token).Length))));
        }
        else
        {
            var line = new Paragraph(lead);
            foreach (var token in score.Tokens)
            {
                line.Append(Shown(token), Redness(token));
            }
            Output.Standard.Write(line);
            Output.Standard.WriteLine();
        }
    }

    private static string Shown(TokenCost token) => token.Token switch
    {
        Vocabulary.End => "⏎",
        Vocabulary.Unknown => "\ufffd",
        Vocabulary.Pad => "_",
        var text => Output.OneLine(text),
    };

    /// <summary>Whole bits; 9 for all above.</summary>
    private static string Digit(TokenCost token) => Math.Min(9, Math.Round(token.Nats / Ln2)).ToString("F0");

    /// <summary>From the terminal's own colour below a bit to red.</summary>
    private static Style Redness(TokenCost token)
    {
        var bits = token.Nats / Ln2;
        var share = Math.Clamp((bits - 1) / (ReddestBits - 1), 0, 1);
        var others = (byte)(150 * (1 - share));
        return bits < 1 ? Style.Plain : new Style(new Color((byte)(150 + 105 * share), others, others));
    }
}
