using System.CommandLine;

namespace TextVae.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Argument<string> Run() => new("RUN") { Description = "A run folder, as 'textvae train' writes it." };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<long> Seed() => new("--seed") { Description = "The same seed gives the same texts.", DefaultValueFactory = _ => 1 };

    public static Option<int> Threads() => new("--threads") { Description = "Threads of the computation; 0 is one for each core." };

    public static Option<string> Device()
    {
        var option = new Option<string>("--device") { Description = "Where to compute.", DefaultValueFactory = _ => "cpu" };
        option.AcceptOnlyFromAmong("cpu", "cuda");
        return option;
    }
}
