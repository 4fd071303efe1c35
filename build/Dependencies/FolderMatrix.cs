using System.Text;

namespace TextVae.Dependencies;

/// <summary>How often each folder of a library uses each other one.</summary>
internal sealed class FolderMatrix
{
    private readonly Dictionary<(string From, string To), int> _uses;
    private readonly Dictionary<string, HashSet<string>> _reached;

    /// <summary>Counts uses.</summary>
    /// <param name="code">The library.</param>
    /// <param name="depth">How many folders of a path tell parts of the library apart.</param>
    public FolderMatrix(SourceCode code, int depth = 1)
    {
        _uses = code.Uses
            .Select(use => (From: SourceCode.Folder(use.File, depth), To: SourceCode.Folder(use.Used, depth)))
            .Where(pair => pair.From != pair.To)
            .CountBy(pair => pair)
            .ToDictionary();
        _reached = code.Files.Select(file => SourceCode.Folder(file, depth)).Distinct().ToDictionary(folder => folder, ReachedFrom);
        Folders = [.. _reached.OrderBy(folder => folder.Value.Count).ThenBy(folder => folder.Key, StringComparer.Ordinal).Select(folder => folder.Key)];
    }

    /// <summary>All folders; none uses a later one, unless they are in a circle.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>The sets of folders of which each uses, by way of others, each.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Circles =>
    [
        .. Folders.Where(folder => _reached[folder].Contains(folder))
            .GroupBy(folder => string.Join('|', _reached[folder].Where(other => _reached[other].Contains(folder)).Order(StringComparer.Ordinal)))
            .Select(circle => circle.ToList()),
    ];

    /// <summary>The pairs of folders that use each other without a third.</summary>
    public IReadOnlyList<(string One, string Other)> MutualUses =>
        [.. _uses.Keys.Where(pair => string.CompareOrdinal(pair.From, pair.To) < 0 && _uses.ContainsKey((pair.To, pair.From))).Order()];

    /// <summary>The matrix as a table of Markdown: a row for each folder that uses, a column for each that is used.</summary>
    public override string ToString()
    {
        var table = new StringBuilder();
        Row("uses", Folders);
        Row("---", Folders.Select(_ => "---:"));
        foreach (var from in Folders)
        {
            Row(from, Folders.Select(to => from == to ? "-" : _uses.TryGetValue((from, to), out var count) ? $"{count}" : ""));
        }
        return table.ToString();

        void Row(string name, IEnumerable<string> cells) => table.Append($"| {name} | {string.Join(" | ", cells)} |\n");
    }

    private HashSet<string> ReachedFrom(string folder)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var from))
        {
            foreach (var (_, to) in _uses.Keys.Where(pair => pair.From == from && reached.Add(pair.To)))
            {
                open.Push(to);
            }
        }
        return reached;
    }
}
