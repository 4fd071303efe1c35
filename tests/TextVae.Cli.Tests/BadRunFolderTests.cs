namespace TextVae.Cli.Tests;

public sealed class BadRunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly RunFiles _run;

    public BadRunFolderTests(TrainedRun trained)
    {
        _folder = trained.Copy();
        _run = new RunFiles(_folder["run"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_run_folder_is_refused() =>
        Assert.All(["sample", "evaluate", "info"], command => Refusal.Of(3, TextVaeProcess.Run(_folder, command, "nowhere"), "nowhere", "no such file", "expected a run folder"));

    [Fact]
    public void An_empty_path_is_the_current_folder_and_no_run() =>
        Refusal.Of(3, TextVaeProcess.Run(_folder, "sample", ""), "model.json", "expected a run folder");

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(500)]
    [InlineData(-1)]
    public void Truncated_weights_are_refused(int length)
    {
        var bytes = File.ReadAllBytes(_run["model.safetensors"]);
        File.WriteAllBytes(_run["model.safetensors"], bytes[..(length < 0 ? bytes.Length + length : length)]);
        RefusedBySample("model.safetensors", "found", "expected");
    }

    [Fact]
    public void Weights_with_one_byte_changed_are_refused()
    {
        Flip(_run["model.safetensors"]);
        RefusedBySample("model.safetensors", "SHA-256", "changed after it was written");
    }

    [Fact]
    public void A_vocabulary_of_another_size_is_refused()
    {
        var vocabulary = File.ReadAllText(_run["vocabulary.json"]);
        var other = vocabulary.Replace("\"c\",", "\"c\", \"Q\",", StringComparison.Ordinal);
        Assert.NotEqual(vocabulary, other);
        File.WriteAllText(_run["vocabulary.json"], other);
        RefusedBySample("model.safetensors", "tensor", "found shape", "expected");
    }

    [Theory]
    [InlineData("model.json", "\"latent\":", "\"latant\":", "latant")]
    [InlineData("model.json", "\"latent\": 4", "\"latent\": 5", "found shape")]
    [InlineData("model.json", "\"latent\": 4", "\"latent\": \"four\"", "model.latent: found \"four\"; expected a whole number")]
    [InlineData("model.json", "\"format\": 1", "\"format\": 2", "format is 2; expected 1")]
    [InlineData("model.json", "\"length\": 16", "\"length\": 17", "data.length is 17")]
    [InlineData("model.json", "\"latent\": 4", "\"latent\": -4", "model.latent is -4")]
    [InlineData("model.json", "\"latent\": 4", "\"latent\": 1000000", "found shape")]
    [InlineData("model.json", "\"hidden\": 8", "\"hidden\": 60000", "found shape")]
    [InlineData("model.json", "\"length\": 16", "\"length\": 2147483644", "data.length is 2147483644; expected 2 to 65,536 tokens")]
    [InlineData("model.json", "\"latent\": 4", "\"latent\": 4, \"latent\": 4", "found the key 'model.latent' twice")]
    [InlineData("model.json", "\"kind\": \"lstm\"", "\"kin\": \"lstm\"", "model.decoder.kind: found nothing")]
    [InlineData("model.json", "\"characters\"", "\"letters\"", "letters")]
    [InlineData("model.json", "\"characters\"", "\"subwords\"", "vocabulary, token 6: found \" \", expected bytes")]
    [InlineData("vocabulary.json", "\"c\",", "\"cc\",", "found \"cc\", expected one character")]
    public void A_description_that_was_edited_is_refused(string file, string from, string to, string named)
    {
        var text = File.ReadAllText(_run[file]);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(_run[file], text.Replace(from, to, StringComparison.Ordinal));
        RefusedBySample(named);
    }

    [Theory]
    [InlineData("model.json")]
    [InlineData("vocabulary.json")]
    [InlineData("model.safetensors")]
    public void A_run_folder_that_lacks_a_file_is_refused(string file)
    {
        File.Delete(_run[file]);
        RefusedBySample(file);
    }

    [Fact]
    public void A_training_description_with_an_unknown_key_is_refused()
    {
        File.WriteAllText(_run["training.json"], File.ReadAllText(_run["training.json"]).Replace("\"dataPaths\"", "\"dataPats\"", StringComparison.Ordinal));
        Refusal.Of(3, TextVaeProcess.Run(_folder, "evaluate", "run"), "training.json", "dataPats");
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    public void A_damaged_checkpoint_is_refused_and_the_one_before_can_be_used(string file)
    {
        File.WriteAllText(_run["checkpoints", "000000040", file], "{");
        Refusal.Of(3, TextVaeProcess.Run(_folder, "train", "--resume", "--out", "run", "--steps", "42"), "000000040", file);

        Directory.Delete(_run["checkpoints", "000000040"], recursive: true);
        TextVaeProcess.Run(_folder, "train", "--resume", "--out", "run", "--steps", "40").Succeeded();
        Assert.Equal(["000000039", "000000040"], _run.Checkpoints);
    }

    [Fact]
    public void A_vocabulary_in_another_order_is_refused()
    {
        var lines = File.ReadAllLines(_run["vocabulary.json"]);
        (lines[^2], lines[^3]) = (lines[^3].TrimEnd(','), lines[^2] + ",");
        File.WriteAllLines(_run["vocabulary.json"], lines);
        RefusedBySample("vocabulary.json", "in another order");
    }

    [Fact]
    public void A_pipe_in_place_of_a_file_is_refused_and_not_waited_for()
    {
        File.Delete(_run["vocabulary.json"]);
        Refusal.Of(3, TextVaeProcess.Shell(_folder, "mkfifo run/vocabulary.json; textvae sample run"), "vocabulary.json: found a pipe, a device or a socket; expected a plain file");
    }

    [Fact]
    public void A_folder_that_is_only_named_like_a_checkpoint_is_refused()
    {
        Directory.CreateDirectory(_run["checkpoints", "999999999"]);
        Refusal.Of(3, TextVaeProcess.Run(_folder, "train", "--resume", "--out", "run"), "999999999", "state.json: no such file");
    }

    [Fact]
    public void A_state_of_another_step_is_refused()
    {
        var path = _run["checkpoints", "000000040", "state.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"step\": 40", "\"step\": -5", StringComparison.Ordinal));
        Refusal.Of(3, TextVaeProcess.Run(_folder, "train", "--resume", "--out", "run", "--steps", "42"), "state.json: step is -5; expected 40");
    }

    private void RefusedBySample(params string[] named) =>
        Refusal.Of(3, TextVaeProcess.Run(_folder, "sample", "run"), named);

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^100] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
