using Parquet;

namespace TextVae.Cli.Tests;

/// <summary>Reads the Parquet files of a command back.</summary>
internal static class ParquetTable
{
    public static async Task<(List<string> Names, List<(string Text, double LogProbability)> Rows)> Read(string path)
    {
        await using var reader = await ParquetReader.CreateAsync(path);
        var fields = reader.Schema.DataFields;
        var rows = new List<(string, double)>();
        for (var number = 0; number < reader.RowGroupCount; number++)
        {
            using var group = reader.OpenRowGroupReader(number);
            var texts = new string?[group.RowCount];
            var numbers = new double[group.RowCount];
            await group.ReadAsync(fields[0], texts.AsMemory());
            await group.ReadAsync<double>(fields[1], numbers.AsMemory());
            rows.AddRange(texts.Zip(numbers, (text, number) => (text!, number)));
        }
        return ([.. fields.Select(field => field.Name)], rows);
    }
}
