using Parquet;
using Parquet.Schema;
using TextVae.Storage;

namespace TextVae.Tables.Vectors;

/// <summary>
/// Apache Parquet: the columns <c>text</c>, <c>mean</c> and <c>standard_deviation</c>, the last two lists of float32, null
/// for a text that does not fit the model.
/// </summary>
public sealed class ParquetFormat : IExportFormat
{
    private const int RowGroup = 4096; // texts: some megabytes

    /// <inheritdoc/>
    public void Write(string path, IEnumerable<EncodedText> texts) =>
        AtomicFile.Write(path, stream => WriteAsync(stream, texts).GetAwaiter().GetResult(), InputKind.Data);

    private static async Task WriteAsync(FileStream stream, IEnumerable<EncodedText> texts)
    {
        var schema = new ParquetSchema(new DataField<string>("text"), Vector("mean"), Vector("standard_deviation"));
        var (text, mean, deviation) = (schema.DataFields[0], schema.DataFields[1], schema.DataFields[2]);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        foreach (var rows in texts.Chunk(RowGroup))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, Array.ConvertAll(rows, row => row.Text));
            await WriteVectorsAsync(group, mean, rows, row => row.Mean);
            await WriteVectorsAsync(group, deviation, rows, row => row.StandardDeviation);
        }
    }

    private static ListField Vector(string name) => new(name, new DataField<float>("element"));

    /// <summary>Lists of numbers as Parquet has them (Dremel, Melnik et al. 2010): all in one row, with levels that say where a list begins and which is null.</summary>
    private static async Task WriteVectorsAsync(ParquetRowGroupWriter group, DataField field, EncodedText[] rows, Func<EncodedText, float[]> vector)
    {
        var values = rows.Where(row => row.Fits).SelectMany(vector).ToArray();
        var defined = rows.SelectMany(row => row.Fits ? Enumerable.Repeat(field.MaxDefinitionLevel, vector(row).Length) : [0]).ToArray();
        var repeated = rows.SelectMany(row => row.Fits ? vector(row).Select((_, place) => place == 0 ? 0 : field.MaxRepetitionLevel) : [0]).ToArray();
        await group.WriteAllPartsAsync<float>(field, values, defined, repeated, CancellationToken.None);
    }
}
