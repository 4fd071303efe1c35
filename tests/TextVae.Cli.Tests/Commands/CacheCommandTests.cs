using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public sealed class CacheCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = TinyCorpus.Prepare();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_cache_is_listed_and_cleared()
    {
        Train("first").Succeeded();
        var files = TextVaeProcess.Run(_folder, "cache", "list", "--json").Succeeded().Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(["tokens", "tokens", "tokens", "vocabulary"], files.Select(file => file.GetProperty("kind").GetString()).Order());
        Assert.All(files, file =>
        {
            Assert.StartsWith("animals.txt", Path.GetFileName(file.GetProperty("origin").GetString()), StringComparison.Ordinal);
            Assert.Equal(new FileInfo(file.GetProperty("path").GetString()!).Length, file.GetProperty("bytes").GetInt64());
        });
        var table = TextVaeProcess.Run(_folder, "cache", "list");
        Assert.Contains(table.Succeeded(), line => line.Contains("animals.txt (90% for training)", StringComparison.Ordinal));
        Assert.Contains($"{_folder["cache"]}: 4 files", table.Error, StringComparison.Ordinal);
        Assert.Contains("of at most 10 GB", table.Error, StringComparison.Ordinal);

        Assert.Contains("deleted 4 files", TextVaeProcess.Run(_folder, "cache", "clear").Error, StringComparison.Ordinal);
        Assert.Empty(TextVaeProcess.Run(_folder, "cache", "list", "--json").Succeeded());
        Refusal.Of(1, TextVaeProcess.Run(_folder, "cache"), "textvae cache --help");
        Refusal.Of(1, TextVaeProcess.Run(_folder, "cache", "list", "--bogus"), "--bogus", "textvae cache list --help");
        Refusal.Of(1, TextVaeProcess.Shell(_folder, "export TEXTVAE_CACHE_LIMIT=much; textvae cache list"), "TEXTVAE_CACHE_LIMIT", "much");
    }

    [Fact]
    public void Overwritten_ids_and_altered_offsets_are_built_again_with_a_note_and_the_same_weights()
    {
        Train("first").Succeeded();
        foreach (var (name, from, to) in new[] { ("ids", 128, 2000), ("offsets", -1500, -200) })
        {
            var tokens = new DirectoryInfo(_folder["cache"]).GetFiles("*.tokens").MaxBy(file => file.Length)!.FullName;
            var bytes = File.ReadAllBytes(tokens);
            bytes.AsSpan((from + bytes.Length) % bytes.Length, to - from).Fill(5);
            File.WriteAllBytes(tokens, bytes);
            var again = Train(name);
            again.Succeeded();
            Assert.Contains("animals.txt (90% for training): found damaged tokens in the cache", again.Error, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(_folder["first", "model.safetensors"]), File.ReadAllBytes(_folder[name, "model.safetensors"]));
        }
        Assert.DoesNotContain("damaged", Train("mended").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_home_the_cache_is_private_or_refused()
    {
        const string Lonely = "unset HOME XDG_CACHE_HOME TEXTVAE_CACHE; export TMPDIR=$PWD/tmp; mkdir -p tmp;";
        TextVaeProcess.Shell(_folder, $"{Lonely} textvae train tiny.json --data animals.txt --out run --steps 1").Succeeded();
        Assert.Equal("700", Assert.Single(TextVaeProcess.Shell(_folder, "stat -c %a tmp/textvae-$(id -u)").Succeeded()));
        Refusal.Of(2, TextVaeProcess.Shell(_folder, $"{Lonely} chmod 777 tmp/textvae-*; textvae train tiny.json --data animals.txt --out other --steps 1"), "textvae-", "mode 777", "mode 700");
    }

    [Fact]
    public void Invalid_utf8_is_refused_replaced_or_skipped_and_said()
    {
        File.WriteAllBytes(_folder["bad.txt"], [.. File.ReadAllBytes(_folder["animals.txt"]), .. "cat "u8, 0xff, .. "ats\n"u8]);
        string[] train = ["train", "tiny.json", "--steps", "1", "--data", "bad.txt"];
        Refusal.Of(2, TextVaeProcess.Run(_folder, [.. train, "--out", "none"]), "bad.txt: line 321", "0xff");
        var replaced = TextVaeProcess.Run(_folder, [.. train, "--out", "replaced", "--invalid-utf8", "replace"]);
        replaced.Succeeded();
        Assert.Contains("1 texts with bytes that are no UTF-8 were read, with U+FFFD in their place", replaced.Error, StringComparison.Ordinal);
        TextVaeProcess.Run(_folder, [.. train, "--out", "skipped", "--invalid-utf8", "skip"]).Succeeded();

        File.WriteAllBytes(_folder["few.txt"], [.. "cat eats owls\nd"u8, 0xc3, .. "g\n"u8]);
        string[] encode = ["encode", "skipped", "--data", "few.txt"];
        var left = TextVaeProcess.Run(_folder, encode); // as the run reads
        Assert.Single(left.Succeeded());
        Assert.Contains("few.txt: 1 texts with bytes that are no UTF-8 were left out", left.Error, StringComparison.Ordinal);
        Assert.Equal(2, TextVaeProcess.Run(_folder, [.. encode, "--invalid-utf8", "replace"]).Succeeded().Length);
        Refusal.Of(2, TextVaeProcess.Run(_folder, [.. encode, "--invalid-utf8", "fail"]), "few.txt: line 2");
        Refusal.Of(1, TextVaeProcess.Run(_folder, "encode", "skipped", "cat", "--invalid-utf8", "skip"), "--invalid-utf8 without --data");
        Assert.Contains("were left out", TextVaeProcess.Run(_folder, "evaluate", "skipped", "--data", "few.txt").Error, StringComparison.Ordinal);
        Refusal.Of(1, TextVaeProcess.Run(_folder, [.. encode, "--invalid-utf8", "ignore"]), "ignore", "replace");
    }

    private Ended Train(string run) => TextVaeProcess.Run(_folder, "train", "tiny.json", "--data", "animals.txt", "--out", run, "--steps", "6");
}
