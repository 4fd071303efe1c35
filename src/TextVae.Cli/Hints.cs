namespace TextVae.Cli;

/// <summary>How a user of the command line sets what a message of the library names.</summary>
internal static class Hints
{
    private static readonly Dictionary<string, string> ByProperty = new()
    {
        ["column"] = "--column NAME says which has the texts, or a NUMBER in CSV and TSV whose first row is a text",
        ["encoding"] = "--encoding NAME",
        ["training texts"] = "--training-data PATH says where they are now",
        ["data.source"] = "--data PATH",
        ["device"] = "--device cpu",
        ["divergence"] = "textvae train --resume --out RUN --set training.learningRate=RATE",
        ["an override"] = "--set",
        ["split"] = "--data FILE, or another --split",
        ["novel texts"] = "--novel",
        ["prior"] = "'textvae fit-prior RUN' fits one; or --prior standard",
        ["libtorch"] = "'textvae doctor' says more",
    };

    private static readonly Dictionary<string, string> ByKey = new()
    {
        ["training.steps"] = "textvae train --resume --steps N",
        ["training.threads"] = "textvae train --resume --threads N",
    };

    /// <summary>A message, and where that helps, the option.</summary>
    public static string Explain(InvalidInputException error) =>
        error.Property is { } property && ByProperty.GetValueOrDefault(property) is { } hint ? $"{error.Message} ({hint})" : error.Message;

    /// <summary>A note on a run, and how its user sets the key that it names.</summary>
    public static string Explain(string note) =>
        ByKey.FirstOrDefault(key => note.Contains(key.Key, StringComparison.Ordinal)).Value is { } hint ? $"{note} ({hint})" : note;
}
