namespace TextVae.Cli;

/// <summary>What <c>textvae</c> returns; docs/formats.md explains it. After SIGHUP, SIGINT and SIGTERM it is 129, 130 and 143.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Terminated = 143; // 128 + SIGTERM
    public const int Unexpected = 70; // EX_SOFTWARE

    /// <summary>What input of a kind ends the program with.</summary>
    public static int Of(InputKind kind) => kind switch
    {
        InputKind.Usage => 1,
        InputKind.Data => 2,
        InputKind.RunFolder => 3,
        InputKind.Device => 4,
        InputKind.Divergence => 5,
        _ => Unexpected,
    };
}
