using Parquet.Schema;

namespace TextVae.Tables;

/// <summary>Parquet files that this library wrote, as one: vectors, or texts and numbers. Row groups are made anew, as their sizes are the writer's.</summary>
internal static class JoinedParquet
{
    public static void Join(FileStream stream, IReadOnlyList<string> parts)
    {
        if (ParquetVectors.HaveVectors(parts[0]))
        {
            ParquetVectors.Write(stream, parts.SelectMany(ParquetVectors.ReadWhole));
            return;
        }
        using var writer = new ParquetRows(stream, TextTable.Columns(typeof(Row)));
        foreach (var row in parts.SelectMany(Rows))
        {
            writer.Write(row);
        }
    }

    private static IEnumerable<Row> Rows(string path)
    {
        using var file = FileBytes.OpenFile(path);
        var reader = ParquetFile.Open(file, path);
        var (texts, figures) = (Field(reader.Schema, "text", path), Field(reader.Schema, "log_probability", path));
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            var group = ParquetFile.Guard(path, () => Task.FromResult(reader.OpenRowGroupReader(number)));
            var cells = ParquetFile.Guard(path, () => ParquetFile.Cells(group, texts));
            var values = ParquetFile.Guard(path, async () =>
            {
                var values = new double[group.RowCount];
                await group.ReadAsync<double>(figures, values).ConfigureAwait(false);
                return values;
            });
            foreach (var (index, cell) in cells.Index())
            {
                yield return new Row(ParquetFile.Decode(cell ?? [], path, index + 1), values[index]);
            }
        }
    }

    private static DataField Field(ParquetSchema schema, string name, string path) => schema.DataFields.FirstOrDefault(field => field.Name == name)
        ?? throw new InvalidInputException(InputKind.Data, $"{path}: found no column '{name}'; expected one, as 'text' and 'log_probability' are written");

    /// <summary>A generated text, as its table has it.</summary>
    private sealed record Row(string Text, double LogProbability);
}
