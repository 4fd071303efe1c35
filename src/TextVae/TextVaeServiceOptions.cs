namespace TextVae;

/// <summary>A model among a program's services. A program that reads its configuration fills them as any options, by the model's name.</summary>
public sealed class TextVaeServiceOptions
{
    /// <summary>Where and how to compute. Its name is the service's; its logger, if it has none, is one of the program's.</summary>
    public SessionOptions Session { get; set; } = new();

    /// <summary>
    /// Whether the model is loaded when the host starts, so that no request waits for it and a model that cannot be loaded
    /// stops the start; else on first use.
    /// </summary>
    public bool LoadAtStart { get; set; }
}
