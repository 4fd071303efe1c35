using System.Reflection;

namespace TextVae.Cli.Tests;

public class NetworkTests
{
    [Theory]
    [InlineData("TextVae")]
    [InlineData("TextVae.Cli")]
    public void No_code_of_ours_names_a_type_of_the_network(string assembly)
    {
        var names = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!).ToList();
        Assert.Contains("System.Runtime", names);
        Assert.DoesNotContain(names, name => name.StartsWith("System.Net", StringComparison.Ordinal));
    }
}
