using System.Text.Json.Serialization.Metadata;
using TextVae.Storage;
using TextVae.Tables;

namespace TextVae;

/// <summary>
/// Texts and what is known of them as a table in a file, such as generated texts: a row for each record, a column for each
/// of its public properties, named in snake_case. The extension says the format (docs/formats.md).
/// </summary>
public static class TextTable
{
    /// <summary>The extensions, for people.</summary>
    public static string Extensions => FileFormats.Extensions(format => format.Rows);

    /// <summary>Refuses a name of no known format, before there is anything to write.</summary>
    /// <exception cref="InvalidInputException">It is one.</exception>
    public static void Check(string path) => FileFormats.Require(path, format => format.Rows);

    /// <summary>Writes a file in constant memory; it is there when it is whole.</summary>
    /// <typeparam name="T">A record whose properties are <see cref="string"/>, <see cref="double"/> or <see cref="long"/>, never null.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="rows">As many as there are, read once.</param>
    /// <exception cref="InvalidInputException">The format is not known, or the file cannot be written.</exception>
    public static void Write<T>(string path, IEnumerable<T> rows)
        where T : notnull => Write<T>(path, add =>
        {
            foreach (var row in rows)
            {
                add(row);
            }
        });

    /// <summary>As above, for rows that are made one by one.</summary>
    /// <typeparam name="T">As above.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="work">Gives each row to its argument. If it throws, the old file stays as it was.</param>
    /// <exception cref="InvalidInputException">As above.</exception>
    public static void Write<T>(string path, Action<Action<T>> work)
        where T : notnull
    {
        var (begin, columns) = (FileFormats.Require(path, format => format.Rows), Columns(typeof(T)));
        AtomicFile.Write(
            path,
            stream =>
            {
                using var writer = begin(stream, columns);
                work(row => writer.Write(row));
            },
            InputKind.Data);
    }

    /// <summary>The columns of a table of such records.</summary>
    internal static IReadOnlyList<JsonPropertyInfo> Columns(Type type)
    {
        var columns = ReportJson.Options.GetTypeInfo(type).Properties;
        if (!columns.Any(column => column.PropertyType == typeof(string))
            || columns.FirstOrDefault(column => column.PropertyType != typeof(string) && column.PropertyType != typeof(double) && column.PropertyType != typeof(long)) is not null)
        {
            throw new ArgumentException($"{type.Name}: expected properties that are string, double or long, and at least one string");
        }
        return [.. columns];
    }
}
