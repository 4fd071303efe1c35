using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TextVae.Tests;

/// <summary>Sessions on any number of threads share the library's static fields, so these do not change, or change safely.</summary>
public class MutableStateTests
{
    private static readonly Dictionary<string, string> Safe = new()
    {
        ["Json._configuration"] = "replaced as a whole, volatile; whoever makes it makes the same",
        ["SafetensorsFormat.Types"] = "a table that is only read",
        ["TemporaryName.given"] = "counts by Interlocked",
        ["NativeTorch.weakened"] = "written under a lock",
        ["NativeTorch.prepared"] = "written under a lock",
        ["WorkerTeam.member"] = "of each thread its own",
        ["StandardInput.copy"] = "written under a lock, volatile",
    };

    private static IEnumerable<FieldInfo> Fields => typeof(TextVaeSession).Assembly.GetTypes()
        .Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && type.Namespace?.StartsWith("TextVae", StringComparison.Ordinal) == true)
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(one => !one.IsLiteral);

    [Fact]
    public void Static_fields_do_not_change_or_say_why_that_is_safe()
    {
        var unsafeOnes = Fields.Where(MayChange).Select(Name).ToList();
        Assert.True(Safe.Keys.ToHashSet().SetEquals(unsafeOnes), string.Join(", ", unsafeOnes));
    }

    [Theory]
    [InlineData(nameof(Examples.Counter), true)]
    [InlineData(nameof(Examples.Cache), true)]
    [InlineData(nameof(Examples.Shared), true)]
    [InlineData("<Set>k__BackingField", true)]
    [InlineData("Constants", false)]
    [InlineData(nameof(Examples.Whole), false)]
    public void What_may_change_is_seen(string field, bool mayChange) =>
        Assert.Equal(mayChange, MayChange(typeof(Examples).GetField(field, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!));

    private static string Name(FieldInfo field) => $"{field.DeclaringType!.Name}.{field.Name}";

    private static bool MayChange(FieldInfo field) => !field.IsInitOnly || (field.FieldType.IsArray ? !field.IsPrivate : IsMutableCollection(field.FieldType));

    private static bool IsMutableCollection(Type type) => type != typeof(string) && typeof(IEnumerable).IsAssignableFrom(type)
        && type.Namespace is not ("System.Collections.Immutable" or "System.Collections.Frozen" or "System.Collections.Concurrent")
        && !(type.IsGenericType && type.IsInterface && type.Name.StartsWith("IReadOnly", StringComparison.Ordinal));

#pragma warning disable CS0649, CA2211, IDE0044, IDE0051 // what the test must see
    private static class Examples
    {
        internal static int Counter;
        internal static readonly Dictionary<string, int> Cache = [];
        internal static readonly int[] Shared = [1];
        internal static readonly ImmutableArray<int> Whole = [1];
        private static readonly int[] Constants = [1];

        internal static int Set { get; set; } = Constants.Length;
    }
#pragma warning restore CS0649, CA2211, IDE0044, IDE0051
}
