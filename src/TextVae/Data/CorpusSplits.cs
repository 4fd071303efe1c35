using TextVae.Tables;
using TextVae.Texts;
using static System.FormattableString;

namespace TextVae.Data;

/// <summary>The texts for training, validation and test.</summary>
/// <param name="Train">Texts to learn from.</param>
/// <param name="Validation">Texts to watch the training by.</param>
/// <param name="Test">Texts to judge by, if any.</param>
/// <param name="Derived">Whether we split the texts ourselves, by hash or position, rather than found them split.</param>
internal sealed record CorpusSplits(TextSource Train, TextSource Validation, TextSource? Test, bool Derived)
{
    /// <summary>What a user should know of them; one line each.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    private const string TrainPart = "90% for training";
    private const string ValidationPart = "5% for validation";
    private const string TestPart = "5% for test";

    /// <summary>A folder with its members, or files that are split here.</summary>
    /// <exception cref="InvalidInputException">A file or a member of the folder is missing.</exception>
    public static CorpusSplits Find(DataConfig config, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0 && config.Source is { } words && words.StartsWith(DataConfig.Required, StringComparison.Ordinal))
        {
            throw new InvalidInputException(InputKind.Usage, $"data.source: found no texts, as the recipe brings none; expected {words[DataConfig.Required.Length..]}") { Property = "data.source" };
        }
        paths = paths.Count > 0 ? paths : [config.Source ?? BuiltInCorpus.Name];
        return paths is [var folder] && Directory.Exists(folder) ? InFolder(config, folder) : Of(config, TextSource.Of(config, paths));
    }

    /// <summary>Texts that are split here: lines by a hash, running text by position.</summary>
    public static CorpusSplits Of(DataConfig config, TextSource whole) =>
        config.Validation is { } validation ? AsFound(config, whole, TextSource.Of(config, validation), config.Test is { } test ? TextSource.Of(config, test) : null)
        : config.Texts == TextKind.Lines ? ByHash(config, whole)
        : ByPosition(whole);

    /// <summary>The split of a text, 0 to 99, a function of nothing but the text: equal texts never part.</summary>
    internal static int Bucket(string text)
    {
        var hash = 0xcbf29ce484222325; // FNV-1a over UTF-16 units
        foreach (var unit in text)
        {
            hash = (hash ^ unit) * 0x100000001b3;
        }
        return (int)Randomness.Below(100, Randomness.Mix(hash));
    }

    /// <summary>The characters from one position to another of running text in pieces, in UTF-16 units; a pair at an end goes to the front.</summary>
    internal static IEnumerable<string> Slice(IEnumerable<string> blocks, long from, long to)
    {
        var position = 0L;
        foreach (var block in blocks)
        {
            var (start, end) = (Cut(block, from - position), Cut(block, to - position));
            if (end > start)
            {
                yield return block[start..end];
            }
            position += block.Length;
            if (position >= to)
            {
                yield break;
            }
        }
    }

    private static int Cut(string block, long position)
    {
        var cut = (int)Math.Clamp(position, 0, block.Length);
        return cut > 0 && cut < block.Length && char.IsLowSurrogate(block[cut]) ? cut + 1 : cut;
    }

    private static CorpusSplits ByHash(DataConfig config, TextSource whole)
    {
        var near = config.Split == NeverParted.Near;
        var together = near ? ", near duplicates together" : "";
        Func<string, string> form = near ? Near : Mending.Replace;
        if (HasValidation(whole, form))
        {
            bool Falls(string text, int from, int to) => !string.IsNullOrWhiteSpace(text) && Bucket(form(text)) is var bucket && bucket >= from && bucket < to;
            return new(
                whole.Where(TrainPart + together, text => string.IsNullOrWhiteSpace(text) || Falls(text, 0, 90)), // where they are counted
                whole.Where(ValidationPart + together, text => Falls(text, 90, 95)),
                whole.Where(TestPart + together, text => Falls(text, 95, 100)),
                Derived: true);
        }
        return OfFew(whole, form);
    }

    private static bool HasValidation(TextSource whole, Func<string, string> form)
    {
        var (train, validation) = (false, false);
        foreach (var text in whole.Read().Where(text => !string.IsNullOrWhiteSpace(text)))
        {
            var bucket = Bucket(form(text));
            train |= bucket < 90;
            validation |= bucket is >= 90 and < 95;
            if (train && validation)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The splits of texts that are too few for buckets: a tenth of them, at least one, for validation, and none for test.</summary>
    private static CorpusSplits OfFew(TextSource whole, Func<string, string> form)
    {
        var forms = whole.Read().Where(text => !string.IsNullOrWhiteSpace(text)).Select(form).Distinct().OrderByDescending(Bucket).ThenBy(text => text, StringComparer.Ordinal).ToList();
        if (forms.Count < 2)
        {
            return new(whole, whole, null, Derived: true) { Notes = forms.Count == 0 ? [] : [$"{whole.Name}: found the same text only; it is for training and for validation"] };
        }
        var held = forms.Take(int.Max(1, forms.Count / 10)).ToHashSet();
        return new(
            whole.Where("all but those for validation", text => !held.Contains(form(text))),
            whole.Where("a tenth for validation", text => held.Contains(form(text))),
            null,
            Derived: true)
        {
            Notes = [Invariant($"{whole.Name}: found {forms.Count:N0} different texts; {held.Count:N0} of them for validation, none for test")],
        };
    }

    /// <summary>Texts that were found split; where near duplicates never part, without those held-out texts that have one among those for training.</summary>
    private static CorpusSplits AsFound(DataConfig config, TextSource train, TextSource validation, TextSource? test)
    {
        var notes = new List<string>();
        TextSource HeldOut(TextSource texts) => config.Split == NeverParted.Near ? Unseen(texts, train, notes) : texts;
        return new(train, HeldOut(validation), test is null ? null : HeldOut(test), Derived: false) { Notes = notes };
    }

    private static TextSource Unseen(TextSource texts, TextSource train, List<string> notes)
    {
        var forms = texts.Read().Select(Near).ToList();
        var seen = train.Read().Select(Near).Where(forms.ToHashSet().Contains).ToHashSet();
        if (seen.Count > 0)
        {
            notes.Add(Invariant($"{texts.Name}: {forms.Count(seen.Contains):N0} of {forms.Count:N0} texts have a near duplicate among those for training and were left out"));
        }
        return texts.Where("unseen", text => !seen.Contains(Near(text))) with { Hash = DataCache.Key(texts.Hash, "unseen", train.Hash) };
    }

    private static string Near(string text) => NearForm.Of(Mending.Replace(text));

    private static CorpusSplits ByPosition(TextSource whole)
    {
        var length = new Lazy<long>(() => whole.Read().Sum(block => (long)block.Length));
        return new(
            whole.Part(TrainPart, blocks => Slice(blocks, 0, length.Value * 90 / 100)),
            whole.Part(ValidationPart, blocks => Slice(blocks, length.Value * 95 / 100, length.Value)),
            whole.Part(TestPart, blocks => Slice(blocks, length.Value * 90 / 100, length.Value * 95 / 100)),
            Derived: true);
    }

    private static CorpusSplits InFolder(DataConfig config, string folder)
    {
        TextSource Required(string split) => Member(config, folder, split) ?? throw Missing(folder, split);
        Check.That(config.Validation is null, "data.validation", config.Validation, $"null, as {folder} brings its own");
        return AsFound(config, Required("train"), Required("valid"), Member(config, folder, "test"));
    }

    /// <summary>A split of a folder: lines of text, or where there are none a file of another format.</summary>
    private static TextSource? Member(DataConfig config, string folder, string split)
    {
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal)
            .Select(path => (Path: path, Name: FileFormats.Parse(Path.GetFileName(path))))
            .Where(file => $".{file.Name?.Stem}".EndsWith($".{split}", StringComparison.Ordinal))
            .ToLookup(file => file.Name!.Value.Format.HasColumns, file => file.Path);
        var members = (files.Contains(false) ? files[false] : files[true]).ToArray();
        return members.Length switch
        {
            0 => null,
            1 => TextSource.Of(config, members),
            _ => throw new InvalidInputException(InputKind.Data, $"{folder}: found {string.Join(", ", members.Select(Path.GetFileName))}, expected one {split}.txt or *.{split}.txt"),
        };
    }

    private static InvalidInputException Missing(string folder, string split)
    {
        var names = Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray();
        var found = names.Length == 0 ? "an empty folder" : string.Join(", ", names.Take(5)) + (names.Length > 5 ? $" and {names.Length - 5} more" : "");
        return new(InputKind.Data, $"{folder}: found {found}, expected a file {split}.txt or *.{split}.txt (or .csv, .tsv, .jsonl, .parquet; .gz, .zst or .zip behind it)");
    }
}
