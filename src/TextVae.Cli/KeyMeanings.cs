using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TextVae.Cli;

/// <summary>What the keys of recipes mean: the documentation of the properties that they set, which the library's compiler writes and this assembly holds.</summary>
internal sealed partial class KeyMeanings
{
    private const string Documentation = "TextVae.xml";

    private readonly Dictionary<string, XElement> _summaries;

    private KeyMeanings(Dictionary<string, XElement> summaries) => _summaries = summaries;

    public static KeyMeanings Load()
    {
        using var stream = typeof(KeyMeanings).Assembly.GetManifestResourceStream(Documentation)!;
        return new KeyMeanings(XDocument.Load(stream).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")!));
    }

    /// <summary>A sentence on one line; empty where nobody has written one.</summary>
    public string Of(MemberInfo property) => _summaries.TryGetValue($"P:{property.DeclaringType!.FullName}.{property.Name}", out var summary)
        ? FirstSentence(string.Concat(summary.Nodes().Select(Plain)))
        : "";

    /// <summary>The first sentence of a text of several, on one line.</summary>
    public static string FirstSentence(string text) => SentenceEnd().Split(Spaces().Replace(text, " ").Trim(), 2)[0];

    private static string Plain(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } reference when reference.Attribute("cref") is { } to => to.Value[(to.Value.LastIndexOfAny(['.', ':']) + 1)..],
        XElement { Name.LocalName: "see" } word => word.Attribute("langword")?.Value ?? "",
        XElement element => string.Concat(element.Nodes().Select(Plain)),
        _ => "",
    };

    [GeneratedRegex(@"(?<=[a-z0-9)>]\.) (?=[A-Z])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
