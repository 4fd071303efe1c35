namespace TextVae.Tests.Data;

internal static class Refusal
{
    /// <summary>Asserts that bad input is refused with one line that contains the given parts.</summary>
    public static void Is(InputKind kind, Action action, params string[] parts)
    {
        var refused = Assert.Throws<InvalidInputException>(action);
        Assert.Equal(kind, refused.Kind);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }
}
