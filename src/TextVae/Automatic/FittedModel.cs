using TextVae.Data;
using TextVae.Models;
using static System.FormattableString;

namespace TextVae.Automatic;

/// <summary>Which model fits texts of a length, and how much there is of them.</summary>
internal static class FittedModel
{
    /// <summary>With fewer steps a smaller model does better.</summary>
    public const int LeastSteps = 1_500;

    /// <summary>With fewer different texts a model knows them by heart.</summary>
    public const int FewTexts = 500;

    private const int Latent = 32;
    private const int Features = 64;
    private const int First = 64; // feature maps of the layer next to the text
    private const int Further = 128;
    private const double MostAlpha = 0.5;
    private const double TokensOfWholeAlpha = 60; // a text of so many would have alpha 1
    private const double TokensOfABatch = 1_200;
    private const int LeastBatch = 16;
    private const int ManyTokens = 256; // from here on, one-hot tokens are too wide for the first layer

    private static readonly int[] Units = [128, 192, 256, 384, 512, 768];

    /// <summary>How often the layers halve a text: about eight positions are left.</summary>
    public static int Layers(int length) => length switch { <= 24 => 2, <= 96 => 3, <= 256 => 4, _ => 5 };

    /// <summary>The recipe with its model, and the batch that goes with it.</summary>
    public static Recipe Of(Recipe recipe, TextSurvey survey, TokenLengths lengths, TimeSpan time)
    {
        var layers = Halvings(recipe.Data.Length);
        int[] channels = [First, .. Enumerable.Repeat(Further, layers - 1)];
        var tokens = Math.Min(recipe.Data.Texts == TextKind.Windows ? recipe.Data.Length : lengths.Mean + 1, recipe.Data.Length);
        var batch = 1 << (int)Math.Clamp(Math.Round(Math.Log2(TokensOfABatch / tokens)), 4, 7);
        return recipe with
        {
            Model = new ModelConfig
            {
                Latent = Latent,
                Encoder = new ConvolutionalEncoderConfig { Channels = channels, Embedding = survey.Alphabet.Count > ManyTokens || recipe.Data.Tokenizer != Tokenizers.CharacterTokenizer.Name ? First : null },
                Expansion = new DeconvolutionalExpansionConfig { Channels = [.. channels.Reverse()], Features = Features },
                Decoder = new LstmDecoderConfig { Hidden = Hidden(survey.Characters, time) },
            },
            Objective = recipe.Objective with { Alpha = Alpha(recipe.Data, tokens) },
            Training = recipe.Training with { BatchSize = survey.Distinct < FewTexts ? LeastBatch : batch },
        };
    }

    /// <summary>
    /// The paper's for characters. Tokens of several are so predictable from those before that the vector of long texts would stay idle,
    /// and samples alike, where the steps are few for the texts (docs/quality.md).
    /// </summary>
    private static double Alpha(DataConfig data, double tokens)
    {
        var paper = new Objectives.ObjectiveConfig().Alpha;
        return data.Tokenizer is Tokenizers.CharacterTokenizer.Name or Tokenizers.ByteTokenizer.Name ? paper : Math.Round(Math.Clamp(tokens / TokensOfWholeAlpha, paper, MostAlpha), 2);
    }

    /// <summary>A length that a user has given may be one that cannot be halved so often.</summary>
    private static int Halvings(int length) =>
        Enumerable.Range(1, Layers(length)).TakeWhile(layers => length % (1 << layers) == 0).LastOrDefault(1);

    /// <summary>The recipe with the next smaller decoder; null where there is none.</summary>
    public static Recipe? Smaller(Recipe recipe) =>
        recipe.Model.Decoder is LstmDecoderConfig { Hidden: var hidden } decoder && Units.LastOrDefault(units => units < hidden) is > 0 and var smaller
            ? recipe with { Model = recipe.Model with { Decoder = decoder with { Hidden = smaller } } }
            : null;

    /// <summary>Units of the LSTM: as many as the texts can teach, and the time.</summary>
    private static int Hidden(long characters, TimeSpan time)
    {
        var ofTexts = characters switch { < 20_000 => 128, < 100_000 => 192, < 400_000 => 256, < 4_000_000 => 384, < 20_000_000 => 512, _ => 768 };
        var ofTime = time.TotalMinutes switch { < 1 => 192, < 2 => 256, < 8 => 384, < 30 => 512, _ => 768 };
        return Math.Min(ofTexts, ofTime);
    }

    /// <summary>The model.</summary>
    public static string InWords(Recipe recipe)
    {
        var (model, layers) = (recipe.Model, recipe.Model.Encoder is ConvolutionalEncoderConfig { Channels.Count: var count } ? count : 0);
        return Invariant($"a latent vector of {model.Latent} numbers, {layers} convolutions and as many deconvolutions, a decoder of {model.Decoder.StateSize} units, batches of {recipe.Training.BatchSize} texts");
    }
}
