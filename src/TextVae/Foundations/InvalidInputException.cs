namespace TextVae;

/// <summary>What kind of input was at fault.</summary>
public enum InputKind
{
    /// <summary>An option, a recipe or a configuration key.</summary>
    Usage = 1,

    /// <summary>A data file or its contents.</summary>
    Data = 2,

    /// <summary>A run folder, a checkpoint or one of their files.</summary>
    RunFolder = 3,

    /// <summary>A device or a native library.</summary>
    Device = 4,

    /// <summary>Settings with which training diverged: a loss, a gradient or weights that are not finite.</summary>
    Divergence = 5,
}

/// <summary>
/// Input that cannot be used. The message is one line that names the file or key, the place, what was found and what
/// was expected; it is written for the user, who sees nothing else.
/// </summary>
public sealed class InvalidInputException : Exception
{
    /// <summary>Input of some kind was at fault.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="message">As above; line breaks, such as a file's name may have, appear as a symbol.</param>
    /// <param name="inner">What was found out by, if anything.</param>
    public InvalidInputException(InputKind kind, string message, Exception? inner = null)
        : base(message.ReplaceLineEndings("⏎"), inner) => Kind = kind;

    internal InvalidInputException(InputKind kind, InvariantText message, Exception? inner = null)
        : this(kind, message.Take(), inner)
    {
    }

    /// <summary>What kind of input was at fault.</summary>
    public InputKind Kind { get; }

    /// <summary>The property or key at fault, as the message calls it, such as <c>data.length</c>; null where it is none.</summary>
    public string? Property { get; init; }
}
