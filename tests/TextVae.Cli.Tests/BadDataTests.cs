using System.IO.Compression;

namespace TextVae.Cli.Tests;

public sealed class BadDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = TinyCorpus.Prepare();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_is_refused() => Refused("nowhere.txt", "nowhere.txt", "found no such file");

    [Fact]
    public void An_empty_file_is_refused()
    {
        _folder.Write("empty.txt", "");
        Refused("empty.txt", "empty.txt", "found nothing", "expected UTF-8 text");
    }

    [Fact]
    public void A_file_of_empty_lines_is_refused()
    {
        _folder.Write("blank.txt", "\n\n\n");
        Refused("blank.txt", "blank.txt", "found no text", "expected at least one");
    }

    [Fact]
    public void A_binary_file_is_refused_with_the_place()
    {
        File.WriteAllBytes(_folder["image.png"], [.. "one line\nand"u8, 0x89, .. "PNG"u8]);
        Refused("image.png", "image.png", "line 2", "byte offset 12", "0x89", "expected UTF-8 text");
    }

    [Fact]
    public void A_truncated_gzip_file_is_refused_in_any_split()
    {
        Directory.CreateDirectory(_folder["texts"]);
        using (var compressed = new GZipStream(File.Create(_folder["texts", "train.txt.gz"]), CompressionLevel.Fastest))
        {
            compressed.Write(File.ReadAllBytes(_folder["animals.txt"]));
        }
        File.WriteAllBytes(_folder["texts", "valid.txt.gz"], File.ReadAllBytes(_folder["texts", "train.txt.gz"])[..^200]);
        Refused("texts", $"textvae: {_folder["texts", "valid.txt.gz"]}: found damaged or truncated");
        Refused(_folder["texts", "valid.txt.gz"], $"textvae: {_folder["texts", "valid.txt.gz"]}: found damaged or truncated");
    }

    [Fact]
    public void A_window_longer_than_the_text_is_refused()
    {
        Directory.CreateDirectory(_folder["texts"]);
        _folder.Write("texts/train.txt", "fifteen letters");
        _folder.Write("texts/valid.txt", "this is long enough for a window");
        Refusal.Of(2, TextVaeProcess.Run(_folder, "train", "tiny.json", "--data", "texts", "--out", "run", "--set", "data.texts=windows"),
            "train.txt", "found 15 tokens", "at least 16");
    }

    [Fact]
    public void A_folder_without_a_training_file_is_refused()
    {
        Directory.CreateDirectory(_folder["texts"]);
        _folder.Write("texts/valid.txt", "a text\n");
        Refused("texts", "texts", "found valid.txt", "train.txt");
    }

    [Fact]
    public void Texts_that_are_all_too_long_are_refused()
    {
        _folder.Write("long.txt", string.Concat(Enumerable.Repeat("much longer than sixteen\n", 50)));
        Refused("long.txt", "long.txt", "found no text", "more than 15");
    }

    [Fact]
    public void A_cache_or_a_run_folder_that_cannot_be_written_is_refused()
    {
        _folder.Write("file", "");
        Refusal.Of(3, TextVaeProcess.Run(_folder, "train", "tiny.json", "--data", "animals.txt", "--out", "file/run"), "file/run", "could not create");
        Refusal.Of(3, TextVaeProcess.Run(_folder, "train", "tiny.json", "--data", "animals.txt", "--out", "file"), "file", "could not create");
        _folder.Write("cache", "");
        Refused("animals.txt", "the cache cannot be written", "TEXTVAE_CACHE");
    }

    private void Refused(string data, params string[] named)
    {
        Refusal.Of(2, TextVaeProcess.Run(_folder, "train", "tiny.json", "--data", data, "--out", "run"), named);
        Assert.False(Directory.Exists(_folder["run"]), "a run folder was begun");
    }
}
