using System.CommandLine;
using System.CommandLine.Completions;
using System.Text.Json;
using TextVae.Platform;

namespace TextVae.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public const string DefaultRecipe = "small";

    /// <param name="otherwise">The default, in words.</param>
    public static Argument<string?> Recipe(string otherwise = DefaultRecipe)
    {
        var recipe = new Argument<string?>("RECIPE")
        {
            Description = $"A name that 'textvae recipes' lists, or a JSON file. Default: {otherwise}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        recipe.CompletionSources.Add(_ => RecipeFile.Names.Select(name => new CompletionItem(name)));
        return recipe;
    }

    public static Option<string[]> Set() => new("--set") { Description = "Change a key of the recipe, such as objective.alpha=0.4; 'textvae keys' lists them." };

    public static Option<string?> Column(string otherwise) => new("--column") { Description = $"The column or field of --data that has the texts; a number counts the columns of CSV or TSV without a header. Default: {otherwise}, else the only one, or 'text'." };

    public static Option<string?> Encoding() => new("--encoding") { Description = "What --data is in, where it is not UTF-8 and no byte order mark says it: windows-1252, latin1, utf-16le, utf-16be and others." };

    /// <param name="otherwise">The default, in words.</param>
    public static Option<string?> InvalidUtf8(string otherwise)
    {
        var option = new Option<string?>("--invalid-utf8") { Description = $"What becomes of bytes of --data that are no UTF-8: fail refuses them with their place, replace reads U+FFFD, skip leaves the text out. Default: {otherwise}." };
        option.AcceptOnlyFromAmong("fail", "replace", "skip");
        return option;
    }

    public static Option<string?> TrainingPrecision(params string[] more)
    {
        var option = new Option<string?>("--precision") { Description = "The arithmetic: auto is bfloat16 where the processor has it. Default: training.precision, else auto." };
        option.AcceptOnlyFromAmong(["auto", "float32", "bfloat16", .. more]);
        return option;
    }

    public static Option<Precision> Precision()
    {
        var option = new Option<Precision>("--precision")
        {
            Description = "The arithmetic: auto is bfloat16 where the processor has it; in int8 an LSTM writes faster and a little less exactly. Default: auto.",
        };
        option.AcceptOnlyFromAmong("auto", "float32", "bfloat16", "int8");
        return option;
    }

    /// <summary>What the options say of the texts, as overrides of a recipe.</summary>
    public static IEnumerable<string> DataOverrides(string[]? set, string? column, string? encoding, string? invalidUtf8) => (set ?? [])
        .Concat(Override("data.column", column is null ? null : JsonSerializer.Serialize(column))) // a number is a name, too
        .Concat(Override("data.encoding", encoding))
        .Concat(Override("data.invalidUtf8", invalidUtf8));

    /// <summary>What an option of its own says of a recipe's key; nothing if it was not given.</summary>
    public static IEnumerable<string> Override<T>(string key, T? value) => value is null ? [] : [$"{key}={value}"];

    public static Argument<string> Run() => new("RUN") { Description = "A run folder, as 'textvae train' writes it." };

    /// <summary>A run, or what <c>textvae pack</c> made of one.</summary>
    public static Argument<string> Model() => new("RUN") { Description = "A run folder, as 'textvae train' writes it, or a file of 'textvae pack'." };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<long> Seed() => Numbers.Option("--seed", "The same seed gives the same texts.", otherwise: 1L);

    public static Option<int> Threads() => Numbers.Option("--threads", "Threads of the computation; 0 is one for each core.", otherwise: 0, least: 0, most: Devices.MostThreads);

    public static Option<string> Device()
    {
        var option = new Option<string>("--device") { Description = "Where to compute.", DefaultValueFactory = _ => "cpu" };
        option.AcceptOnlyFromAmong("cpu", "cuda");
        return option;
    }
}
