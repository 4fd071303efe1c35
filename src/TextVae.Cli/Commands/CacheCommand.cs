using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using TextVae.Data;

namespace TextVae.Cli.Commands;

/// <summary><c>textvae cache</c>: what is kept of texts so that they become tokens only once.</summary>
internal static class CacheCommand
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static Command Create() => new("cache", "Show or clear the tokens and vocabularies that are kept so that they are made only once.") { List(), Clear() };

    private static Command List()
    {
        var json = CommonOptions.Json();
        var command = new Command("list", "List the files, the one that was used last first.") { json };
        command.SetAction(parsed =>
        {
            var files = CacheFolder.List();
            if (parsed.GetValue(json))
            {
                foreach (var file in files)
                {
                    Output.WriteJson(file);
                }
            }
            else if (files.Count > 0)
            {
                Output.Standard.Write(Table(files));
            }
            Output.Note($"{CacheFolder.Location}: {files.Count:N0} files, {InWords(files)} of at most {InWords(CacheFolder.Limit)} (TEXTVAE_CACHE_LIMIT)");
        });
        return command;
    }

    private static Command Clear()
    {
        var command = new Command("clear", "Delete the files, but those that are in use.");
        command.SetAction(_ =>
        {
            var gone = CacheFolder.Clear();
            var kept = CacheFolder.List().Count;
            Output.Note($"{CacheFolder.Location}: deleted {gone.Count:N0} files, {InWords(gone)}{(kept > 0 ? $"; {kept:N0} are in use, or cannot be deleted" : "")}");
        });
        return command;
    }

    private static Table Table(IReadOnlyList<CachedFile> files)
    {
        var table = new Table().AddColumn("last used (UTC)").AddColumn("kind").AddColumn(new TableColumn("size").RightAligned()).AddColumn("made from").AddColumn("file");
        foreach (var file in files)
        {
            table.AddRow(
                file.LastUsed.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), file.Kind, InWords(file.Bytes),
                Output.Cell(file.Origin ?? "(of an earlier version, no longer read)"), Output.Cell(Path.GetFileName(file.Path)[..12] + "…"));
        }
        return table;
    }

    private static string InWords(IReadOnlyList<CachedFile> files) => InWords(files.Sum(file => file.Bytes));

    private static string InWords(long bytes)
    {
        var (size, unit) = ((double)bytes, 0);
        for (; size >= 999.95 && unit < Units.Length - 1; unit++)
        {
            size /= 1000;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{size:0.#} {Units[unit]}");
    }
}
