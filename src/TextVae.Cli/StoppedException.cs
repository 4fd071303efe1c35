namespace TextVae.Cli;

/// <summary>A signal has stopped work that has nothing to keep, and has tidied up.</summary>
/// <param name="exitCode">What the program returns: 128 + the signal's number.</param>
internal sealed class StoppedException(int exitCode) : Exception
{
    public int ExitCode { get; } = exitCode;
}
