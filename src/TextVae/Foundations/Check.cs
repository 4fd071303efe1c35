namespace TextVae;

/// <summary>Conditions on values, refused in one form: key, what was found, what was expected.</summary>
internal static class Check
{
    public static void That(bool holds, string key, object? found, string expected, InputKind kind = InputKind.Usage)
    {
        if (!holds)
        {
            throw new InvalidInputException(kind, $"{key} is {found ?? "null"}; expected {expected}") { Property = key };
        }
    }

    public static void That(bool holds, string key, object? found, InvariantText expected) => That(holds, key, found, expected.Take());

    public static void AtLeast(long least, long value, string key) => That(value >= least, key, value, $"at least {least}");

    /// <summary>A whole number within limits, the upper of which is there to bound time and memory.</summary>
    public static void Within(long least, long most, long value, string key)
    {
        AtLeast(least, value, key);
        That(value <= most, key, value, $"at most {most:N0}");
    }

    public static void Between(double least, double most, double value, string key) =>
        That(value >= least && value <= most, key, value, $"a number from {least} to {most}");

    public static void Any(long count, string things)
    {
        if (count == 0)
        {
            throw new InvalidInputException(InputKind.Data, $"{things}: found none; expected at least one");
        }
    }

    public static void Positive(double value, string key) => That(value > 0 && double.IsFinite(value), key, value, "a positive number");
}
