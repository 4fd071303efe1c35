using System.Diagnostics;

namespace TextVae.Stress;

/// <summary>Files of a run folder that somebody changed, cut or replaced.</summary>
internal sealed class ChangedFiles : IPromise
{
    private readonly Random _random = new(1);

    public string Name => "files";

    public string Promise => "A run folder of a stranger can do nothing but be refused: one line says what is wrong, and nothing crashes";

    public string Test => "one file of a run folder changed at random (bits, bytes, cuts, repetitions, digits, foreign contents), the model opened and sampled from, and the training gone on with";

    public string Try(Dose dose)
    {
        using var folder = TinyModel.Hybrid.Prepare();
        TextVaeProcess.Run(folder, TinyModel.Hybrid.Train("run")).Succeeded();
        var files = Directory.GetFiles(folder["run"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToDictionary(path => path, File.ReadAllBytes);
        var (recipe, texts) = (RecipeFile.Load(folder["hybrid.json"], []), TrainingTexts.Files(folder["animals.txt"]));
        var (changes, refused, slowest, before) = (dose.Of(small: 100, full: 2_000), 0, TimeSpan.Zero, 0L);
        var broken = new List<string>();
        for (var change = 0; change < changes; change++)
        {
            var (path, contents) = files.ElementAt(_random.Next(files.Count));
            File.WriteAllBytes(path, Changed(contents));
            var watch = Stopwatch.StartNew();
            foreach (var fault in new[] { Fault(() => Sample(folder["run"])), Fault(() => TextVaeTraining.Run(folder["run"], recipe, texts)) }.OfType<Exception>())
            {
                refused += fault is InvalidInputException ? 1 : 0;
                if (fault is not InvalidInputException || fault.Message.Contains('\n', StringComparison.Ordinal))
                {
                    broken.Add($"{Path.GetRelativePath(folder.Path, path)}: {fault.GetType().Name}: {fault.Message}");
                }
            }
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            before = change == changes / 5 ? Environment.WorkingSet : before;
            Restore(folder["run"], files);
        }
        Assert.True(broken.Count == 0, $"{broken.Count} of {changes:N0} changes, such as {string.Join("; ", broken.Take(3))}");
        return $"{changes:N0} changes, each used twice: {refused:N0} refused in one line, {2 * changes - refused:N0} read all the same, none crashed; the slowest took {slowest.TotalSeconds:F1} s; {(Environment.WorkingSet - before) >> 20} MB more memory at the end than after a fifth";
    }

    private static void Sample(string run)
    {
        using var session = TextVaeSession.Load(run);
        _ = session.Sample(1).Single();
    }

    private static Exception? Fault(Action use)
    {
        try
        {
            use();
            return null;
        }
        catch (Exception fault)
        {
            return fault;
        }
    }

    private static void Restore(string run, Dictionary<string, byte[]> files)
    {
        foreach (var added in Directory.GetFiles(run, "*", SearchOption.AllDirectories).Where(path => !files.ContainsKey(path)))
        {
            File.Delete(added);
        }
        foreach (var (path, contents) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, contents);
        }
    }

    private byte[] Changed(byte[] contents)
    {
        var changed = contents.ToArray();
        var (at, end) = (_random.Next(contents.Length), _random.Next(contents.Length));
        (at, end) = (int.Min(at, end), int.Max(at, end) + 1);
        switch (_random.Next(7))
        {
            case 0:
                changed[at] ^= (byte)(1 << _random.Next(8));
                return changed;
            case 1:
                changed[at] = (byte)_random.Next(256);
                return changed;
            case 2:
                return changed[..at];
            case 3:
                return [.. changed[..end], .. changed[at..]];
            case 4:
                return [.. changed[..at], .. changed[end..]];
            case 5:
                var digits = Enumerable.Range(0, changed.Length).Where(index => char.IsAsciiDigit((char)changed[index])).ToArray();
                changed[digits.Length == 0 ? at : digits[_random.Next(digits.Length)]] = (byte)"0123456789-.e\"[{"[_random.Next(16)];
                return changed;
            default:
                _random.NextBytes(changed.AsSpan(at, end - at));
                return changed;
        }
    }
}
