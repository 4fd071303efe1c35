namespace TextVae.Tests;

/// <summary>The working tree that this test program was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "TextVae.slnx")) ? folder : FindRoot(Path.GetDirectoryName(folder)
            ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory}: found no TextVae.slnx above it; expected a build inside the repository"));
}
