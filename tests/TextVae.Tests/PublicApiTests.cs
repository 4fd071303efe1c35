using PublicApiGenerator;

namespace TextVae.Tests;

/// <summary>What the library promises to its users: <c>PublicApi.txt</c>, beside this file in the repository.</summary>
public class PublicApiTests
{
    private const string Accept = "TEXTVAE_ACCEPT_API";

    [Fact]
    public void The_public_API_is_the_one_that_was_accepted()
    {
        var path = Path.Combine(Repository.Root, "tests", "TextVae.Tests", "PublicApi.txt");
        var found = typeof(InvalidInputException).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, found);
        }
        var accepted = File.ReadAllText(path).ReplaceLineEndings("\n");
        Assert.True(found == accepted, $"""
            The public API differs from {path}:
            {string.Join('\n', Differences(accepted.Split('\n'), found.Split('\n')).Take(40))}
            If that is meant, accept it and commit the file: {Accept}=1 dotnet test -c Release --project tests/TextVae.Tests --filter-class '*.PublicApiTests'
            """);
    }

    private static IEnumerable<string> Differences(string[] accepted, string[] found) =>
        accepted.Except(found).Select(line => $"- {line}").Concat(found.Except(accepted).Select(line => $"+ {line}")).DefaultIfEmpty("(the same lines in another order)");
}
