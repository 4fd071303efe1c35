using System.Text;
using System.Xml.Linq;

namespace TextVae.DotnetDocs;

/// <summary>Turns XML documentation into running text: references become the short names that a reader sees.</summary>
internal static class Documentation
{
    private const char Break = '\n'; // between blocks; white space of the source is folded into spaces

    /// <summary>The blocks of text (paragraphs, list items, ...) of a documentation file, in its order.</summary>
    public static IEnumerable<string> Blocks(XDocument document) => document
        .Descendants("member")
        .SelectMany(member => member.Elements())
        .SelectMany(Blocks);

    /// <summary>The blocks of text of one element, such as a summary.</summary>
    public static IEnumerable<string> Blocks(XElement element)
    {
        var text = new StringBuilder();
        Render(element, text);
        text.Replace("-or-", $"{Break}"); // between alternatives of an exception's condition
        foreach (var block in text.ToString().Split(Break))
        {
            var folded = string.Join(' ', block.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (folded.Length > 0)
            {
                yield return folded;
            }
        }
    }

    /// <summary>The name that a reference shows: no namespace, no parameters, no generic arity.</summary>
    public static string ShortName(string reference)
    {
        var name = reference[(reference.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var end = name.AsSpan().IndexOfAny("({~");
        name = end < 0 ? name : name[..end];
        name = name.Replace(".#ctor", "", StringComparison.Ordinal).Replace(".#cctor", "", StringComparison.Ordinal);
        name = name[(name.LastIndexOfAny(['.', '#']) + 1)..];
        var arity = name.IndexOf('`', StringComparison.Ordinal);
        name = arity < 0 ? name : name[..arity];
        return name.StartsWith("op_", StringComparison.Ordinal) ? name[3..] : name;
    }

    private static void Render(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words)
            {
                foreach (var character in words.Value)
                {
                    text.Append(Plain(character));
                }
            }
            else if (node is XElement child)
            {
                RenderChild(child, text);
            }
        }
    }

    private static void RenderChild(XElement child, StringBuilder text)
    {
        switch (child.Name.LocalName)
        {
            case "see" or "seealso" or "xref" or "paramref" or "typeparamref":
                if (child.Value.Length > 0)
                {
                    Render(child, text);
                }
                else
                {
                    text.Append(Name(child));
                }
                break;
            case "sup":
                text.Append('^');
                Render(child, text);
                break;
            case "c" or "sub" or "em" or "strong" or "a" or "b" or "i":
                Render(child, text);
                break;
            case "code":
                text.Append(Break);
                break;
            default: // a paragraph, a list, an item, a line break
                text.Append(Break);
                Render(child, text);
                text.Append(Break);
                break;
        }
    }

    private static string Name(XElement reference) =>
        reference.Attribute("cref") is { } cref ? ShortName(cref.Value)
        : reference.Attribute("uid") is { } uid ? ShortName(uid.Value)
        : reference.Attribute("langword")?.Value ?? reference.Attribute("name")?.Value ?? reference.Attribute("href")?.Value ?? "";

    private static char Plain(char character) => character switch
    {
        '\u2018' or '\u2019' => '\'',
        '\u201c' or '\u201d' => '"',
        '\u2010' or '\u2011' or '\u2013' or '\u2014' => '-',
        _ when char.IsWhiteSpace(character) => ' ',
        _ => character,
    };
}
