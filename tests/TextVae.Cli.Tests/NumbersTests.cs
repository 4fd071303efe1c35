using System.CommandLine;
using System.Globalization;

namespace TextVae.Cli.Tests;

/// <summary>Every number on the command line, of which <see cref="Commands"/> and the options themselves are the list.</summary>
public class NumbersTests(TrainedRun trained)
{
    private const string Most = "2147483647"; // the largest int

    private static readonly Type[] Numeric =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float), typeof(double), typeof(decimal), typeof(Half),
    ];

    /// <summary>What each command with numbers needs beside them.</summary>
    private static readonly Dictionary<string, string[]> Commands = new()
    {
        ["train"] = ["tiny.json", "--data", "animals.txt", "--out", "another"],
        ["bench"] = ["tiny.json"],
        ["inspect"] = [],
        ["tradeoff"] = ["tiny.json"],
        ["sample"] = ["run"],
        ["reconstruct"] = ["run", "cat"],
        ["interpolate"] = ["run"],
        ["traverse"] = ["run"],
        ["analogy"] = ["run", "cat", "dog", "hen"],
        ["encode"] = ["run", "cat"],
        ["neighbors"] = ["run", "cat", "--data", "animals.txt"],
        ["duplicates"] = ["run", "--data", "animals.txt"],
        ["centroid"] = ["run", "--data", "animals.txt"],
        ["decode"] = ["run", "--vectors", "vectors.jsonl"],
        ["evaluate"] = ["run"],
        ["score"] = ["run", "cat"],
        ["fit-prior"] = ["run"],
        ["report"] = ["run"],
    };

    /// <summary>Numbers of what goes on in constant memory, and seeds, which have no limit.</summary>
    private static readonly string[] Unlimited = ["train --steps", "sample --count", "reconstruct --count", "evaluate --count", "report --count"];

    public static TheoryData<string, string> Options => [.. NumericOptions().Select(found => (found.Command.Name, found.Option.Name))];

    public static TheoryData<string, string> LimitedOptions =>
        [.. NumericOptions().Where(found => Type(found.Option) == typeof(int) && !Unlimited.Contains($"{found.Command.Name} {found.Option.Name}")).Select(found => (found.Command.Name, found.Option.Name))];

    [Fact]
    public void All_are_options_of_a_type_that_is_read_strictly()
    {
        Assert.All(NumericOptions(), found => Assert.Contains(Type(found.Option), new[] { typeof(int), typeof(long), typeof(double) }));
        Assert.DoesNotContain(CommandLine.Root().Subcommands.SelectMany(command => command.Arguments), argument => IsNumeric(argument.ValueType));
        Assert.True(NumericOptions().Count() > 60);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Nothing_but_a_plain_number_is_one(string command, string option)
    {
        foreach (var found in new[] { "0,7", "1,000", "1.000,5", "1_000", " 1", "1 ", "NaN", "Infinity", "-Infinity", "1e999", "0x10", "(1)", "$1", "1-", "\u0661", "\uff11", "\u22121", "much" })
        {
            var error = Assert.Single(CommandLine.Root().Parse([command, .. Commands[command], $"{option}={found}"]).Errors).Message;
            Assert.StartsWith($"{option}: found '{found}'; expected a ", error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("0.7", 0.7)]
    [InlineData(".5", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData("+2", 2)]
    public void A_number_has_a_point_and_may_have_an_exponent(string found, double number)
    {
        var parsed = CommandLine.Root().Parse(["sample", "run", "--temperature", found]);
        Assert.Empty(parsed.Errors);
        Assert.Equal(number, parsed.GetValue<double?>("--temperature"));
    }

    [Fact]
    public void A_whole_number_has_no_decimals()
    {
        Assert.Equal(-5, CommandLine.Root().Parse(["sample", "run", "--seed", "-5"]).GetValue<long>("--seed"));
        Assert.Equal(
            "--seed: found '1.0'; expected a whole number such as 7, at most 9,223,372,036,854,775,807",
            Assert.Single(CommandLine.Root().Parse(["sample", "run", "--seed", "1.0"]).Errors).Message);
        Assert.Equal(
            "--top-k: found '2147483648'; expected a whole number such as 7, at most 65,536",
            Assert.Single(CommandLine.Root().Parse(["sample", "run", "--top-k", "2147483648"]).Errors).Message);
    }

    [Fact]
    public void Several_rates_have_commas_between_them_and_each_is_a_plain_number()
    {
        Assert.Equal([4, 8.5], CommandLine.Root().Parse(["tradeoff", "--nats", "4,8.5"]).GetValue<IReadOnlyList<double>?>("--nats")!);
        Assert.Equal("--nats: found 'much'; expected a number such as 0.7", Assert.Single(CommandLine.Root().Parse(["tradeoff", "--nats", "4,much"]).Errors).Message);
    }

    [Fact]
    public void A_decimal_comma_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        Refusal.Of(1, TextVaeProcess.Run(folder, "sample", "run", "--temperature", "0,7"), "--temperature: found '0,7'; expected a number such as 0.7; see 'textvae sample --help'");
        Refusal.Of(1, TextVaeProcess.Run(folder, "duplicates", "run", "--distance", "0,1"), "--distance: found '0,1'; expected a number such as 0.7; see 'textvae duplicates --help'");
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "--set", "training.learningRate=0,7"), "training.learningRate: found \"0,7\"; expected a number");
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "--set", "training.steps=1.5"), "training.steps: found 1.5; expected a whole number");
    }

    [Theory]
    [MemberData(nameof(LimitedOptions))]
    public void The_largest_number_is_refused_with_the_limit(string command, string option)
    {
        trained.Training.Succeeded();
        trained.Folder.Write("vectors.jsonl", """{"text":"cat","mean":[0,0,0,0]}""" + "\n");
        // A limit of the memory: what takes gigabytes before it is refused ends in another way.
        var ended = TextVaeProcess.Shell(trained.Folder, $"ulimit -d 3000000; textvae {command} {string.Join(' ', Commands[command])} {option} {Most}");
        Refusal.Of(1, ended, $"is {Most}; expected ");
        Assert.Matches("at most [0-9,]+|a number from 0 to 3", ended.Error);
    }

    [Theory]
    [MemberData(nameof(LimitedOptions))]
    public void The_help_says_the_limit_of_the_refusal(string command, string option)
    {
        if ((command, option) == ("traverse", "--dimension"))
        {
            return; // the model says which there are
        }
        var parsed = CommandLine.Root().Parse([command, .. Commands[command], option, Most]);
        var error = Assert.Single(parsed.Errors).Message;
        Assert.StartsWith($"{option} is {Most}; expected at most ", error, StringComparison.Ordinal);
        var description = Assert.Single(parsed.CommandResult.Command.Options, known => known.Name == option).Description!;
        Assert.EndsWith($" to {error.Split(' ')[^1]})", description, StringComparison.Ordinal);
        Assert.DoesNotContain("at most", description, StringComparison.Ordinal);
    }

    [Fact]
    public void What_goes_on_in_constant_memory_has_no_limit()
    {
        trained.Training.Succeeded();
        foreach (var line in new[] { $"evaluate run --limit {Most}", $"reconstruct run --data animals.txt --count {Most}", $"sample run --count {Most} | head -n 300" })
        {
            TextVaeProcess.Shell(trained.Folder, $"ulimit -d 3000000; textvae {line}").Succeeded();
        }
    }

    [Theory]
    [InlineData("--near 'cat eats owls' --count")]
    [InlineData("--set training.batchSize=2147483647", "train tiny.json --data animals.txt --out another")]
    public void Limits_of_what_two_options_say_together_hold_as_well(string options, string command = "sample run") =>
        Refusal.Of(1, TextVaeProcess.Shell(Trained(), $"ulimit -d 3000000; textvae {command} {options}{(options.EndsWith("count", StringComparison.Ordinal) ? " " + Most : "")}"), $"is {Most}; expected at most");

    [Fact]
    public void Training_without_end_says_how_long_it_takes()
    {
        using var folder = TinyCorpus.Prepare();
        var run = new RunFiles(folder["run"]);
        using var process = TextVaeProcess.Start(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run", "--steps", long.MaxValue.ToString(CultureInfo.InvariantCulture));
        SpinWait.SpinUntil(() => run.LastStep >= 4 || process.HasEnded, TimeSpan.FromMinutes(2));
        process.Signal(TextVaeProcess.Terminate);
        var ended = process.Wait();
        Assert.Equal(143, ended.ExitCode);
        Assert.Contains("876000:00:00 left", ended.Error, StringComparison.Ordinal);
    }

    private TemporaryFolder Trained()
    {
        trained.Training.Succeeded();
        return trained.Folder;
    }

    private static IEnumerable<(Command Command, Option Option)> NumericOptions() =>
        CommandLine.Root().Subcommands.SelectMany(command => command.Options.Where(option => IsNumeric(option.ValueType)).Select(option => (command, option)));

    private static bool IsNumeric(Type type) => Numeric.Contains(type.GetElementType() ?? Nullable.GetUnderlyingType(type) ?? type);

    private static Type Type(Option option) => Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
}
