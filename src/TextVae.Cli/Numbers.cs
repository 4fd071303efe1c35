using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace TextVae.Cli;

/// <summary>
/// Options that are numbers, as all commands take them. They are read strictly: to System.CommandLine a comma separates
/// thousands, and <c>0,7</c> is 7.
/// </summary>
internal static class Numbers
{
    /// <summary>A number that has a default.</summary>
    public static Option<T> Option<T>(string name, string description, T otherwise, T? least = null, T? most = null, params string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name, aliases)
        {
            Description = Limited(description, least, most),
            DefaultValueFactory = _ => otherwise,
            CustomParser = argument => Read(name, argument.Tokens[^1].Value, argument, least, most),
        };

    /// <summary>A number that may be left out.</summary>
    public static Option<T?> Optional<T>(string name, string description, T? least = null, T? most = null, params string[] aliases)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name, aliases)
        {
            Description = Limited(description, least, most),
            CustomParser = argument => Read(name, argument.Tokens[^1].Value, argument, least, most),
        };

    /// <summary>Whether a value of this type is read here.</summary>
    public static bool IsOne(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var number && (number == typeof(int) || number == typeof(long) || number == typeof(double));

    /// <summary>Reads one.</summary>
    /// <param name="name">The option's.</param>
    /// <param name="found">What stands there.</param>
    /// <param name="argument">Is told what is wrong with it.</param>
    /// <param name="least">The least that it may be.</param>
    /// <param name="most">And the most.</param>
    public static T Read<T>(string name, string found, ArgumentResult argument, T? least = null, T? most = null)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        var (style, expected) = typeof(T) == typeof(double)
            ? (NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, "a number such as 0.7")
            : (NumberStyles.AllowLeadingSign, Invariant($"a whole number such as 7, at most {most ?? T.MaxValue:N0}"));
        if (!T.TryParse(found, style, CultureInfo.InvariantCulture, out var number) || !T.IsFinite(number))
        {
            argument.AddError($"{name}: found '{Visible.Of(found, longest: 40)}'; expected {expected}");
        }
        else if (number < least)
        {
            argument.AddError(Invariant($"{name} is {number}; expected at least {least}"));
        }
        else if (number > most)
        {
            argument.AddError(Invariant($"{name} is {number}; expected at most {most:#,0.###}"));
        }
        return number;
    }

    private static string Limited<T>(string description, T? least, T? most)
        where T : struct => (least, most) switch
        {
            (null, null) => description,
            (_, null) => Invariant($"{description} (at least {least})"),
            (null, _) => Invariant($"{description} (at most {most:#,0.###})"),
            _ => Invariant($"{description} ({least} to {most:#,0.###})"),
        };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
