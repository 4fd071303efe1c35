using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace TextVae;

/// <summary>The kinds of one part of a recipe, such as its decoder, by the names that recipes and run folders give them.</summary>
/// <param name="discriminator">The key that holds the name.</param>
public abstract class PartKinds(string discriminator)
{
    private readonly Lock _adding = new();
    private volatile (string Name, Type Type)[] _kinds = [];

    /// <summary>The key that holds the name.</summary>
    public string Discriminator { get; } = discriminator;

    /// <summary>The names, in the order in which they were added.</summary>
    public IReadOnlyList<string> Names => [.. _kinds.Select(kind => kind.Name)];

    /// <summary>The names, and the configuration of each.</summary>
    internal IReadOnlyList<(string Name, Type Type)> Named => _kinds;

    /// <summary>The kinds of a type of part: its static property <c>Kinds</c>, if it has one.</summary>
    internal static PartKinds? Of(Type part) =>
        part.GetProperty("Kinds", BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)?.GetValue(null) as PartKinds;

    /// <summary>How JSON tells the kinds apart.</summary>
    internal JsonPolymorphismOptions ToPolymorphism()
    {
        var options = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = Discriminator };
        foreach (var (name, type) in _kinds)
        {
            options.DerivedTypes.Add(new JsonDerivedType(type, name));
        }
        return options;
    }

    private protected string? NameOf(Type type) => _kinds.FirstOrDefault(kind => kind.Type == type).Name;

    private protected void Add(string name, Type type)
    {
        lock (_adding)
        {
            var other = _kinds.FirstOrDefault(kind => kind.Name == name || kind.Type == type);
            if (other == (name, type))
            {
                return;
            }
            if (other.Name is not null)
            {
                throw new ArgumentException($"{Discriminator} '{name}' of {type}: found '{other.Name}' of {other.Type}; expected one name for one type", nameof(name));
            }
            _kinds = [.. _kinds, (name, type)];
        }
        Json.Renew();
    }
}

/// <summary>The kinds of one part of a recipe, to which any assembly may add its own, at any time and from any thread.</summary>
/// <typeparam name="TPart">The abstract configuration of such a part.</typeparam>
/// <param name="discriminator">The key that holds a kind's name.</param>
public sealed class PartKinds<TPart>(string discriminator) : PartKinds(discriminator)
    where TPart : class
{
    /// <summary>Makes a kind known to recipes and run folders. To add it once more changes nothing.</summary>
    /// <typeparam name="TConfig">Its configuration, an immutable record whose properties are the recipe's keys.</typeparam>
    /// <param name="name">Its name, for good: it stands in the run folders.</param>
    /// <exception cref="ArgumentException">Another type has the name, or the type another name.</exception>
    public PartKinds<TPart> Add<TConfig>(string name)
        where TConfig : TPart, new()
    {
        Add(name, typeof(TConfig));
        return this;
    }

    /// <summary>The name of a part's kind, or null where it has none.</summary>
    public string? NameOf(TPart part) => NameOf(part.GetType());

    /// <summary>Refuses a part that no recipe and no run folder could name.</summary>
    internal void RequireName(TPart part, string key) => Check.That(NameOf(part) is not null, key, part.GetType().Name,
        $"a kind that has a name, as {typeof(TPart).Name}.Kinds.Add gives it: {string.Join(", ", Names)}");
}
