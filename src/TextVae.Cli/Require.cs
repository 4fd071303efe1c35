using System.CommandLine;
using System.Numerics;

namespace TextVae.Cli;

/// <summary>Conditions on option values.</summary>
internal static class Require
{
    public static void AtLeast<T>(ParseResult parsed, Option<T> option, T least)
        where T : INumber<T>
    {
        if (parsed.GetValue(option) is { } value && value < least)
        {
            throw new InvalidInputException(InputKind.Usage, $"{option.Name} is {value}; expected at least {least}");
        }
    }

    public static void AtLeast<T>(ParseResult parsed, Option<T?> option, T least)
        where T : struct, INumber<T>
    {
        if (parsed.GetValue(option) is { } value && !(value >= least))
        {
            throw new InvalidInputException(InputKind.Usage, $"{option.Name} is {value}; expected at least {least}");
        }
    }

    public static void Between<T>(ParseResult parsed, Option<T?> option, T least, T most)
        where T : struct, INumber<T>
    {
        AtLeast(parsed, option, least);
        if (parsed.GetValue(option) is { } value && value > most)
        {
            throw new InvalidInputException(InputKind.Usage, $"{option.Name} is {value}; expected at most {most}");
        }
    }

    public static void Between<T>(ParseResult parsed, Option<T> option, T least, T most)
        where T : INumber<T>
    {
        if (parsed.GetValue(option) is { } value && !(value >= least && value <= most))
        {
            throw new InvalidInputException(InputKind.Usage, $"{option.Name} is {value}; expected a number from {least} to {most}");
        }
    }
}
