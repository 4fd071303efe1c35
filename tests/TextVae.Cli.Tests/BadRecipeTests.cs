namespace TextVae.Cli.Tests;

public sealed class BadRecipeTests : IDisposable
{
    private readonly TemporaryFolder _folder = TinyCorpus.Prepare();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_unknown_recipe_is_refused() => Refused("tyni", [], "'tyni'", "small, tweets-hybrid");

    [Theory]
    [InlineData("""{ "data": { "lenght": 16 } }""", "data.lenght", "length")]
    [InlineData("""{ "dat": {} }""", "'dat'", "data")]
    [InlineData("""{ "model": { "decoder": { "hiden": 8 } } }""", "model.decoder.hiden", "hidden")]
    [InlineData("""{ "training": { "steps": "many" } }""", "training.steps", "found \"many\"", "expected a whole number")]
    [InlineData("""{ "training": { "steps": 1.5 } }""", "training.steps", "found 1.5", "expected a whole number")]
    [InlineData("""{ "data": { "texts": "word" } }""", "data.texts", "found \"word\"", "lines or windows")]
    [InlineData("""{ "data": [] }""", "data", "found []", "expected an object")]
    [InlineData("{\n \"data\": {\n  \"length\": 16,,\n }\n}", "line 3")]
    [InlineData("{\n \"data\": {", "line 2")]
    [InlineData("[]", "object")]
    [InlineData("", "object")]
    [InlineData("""{ "data": { "length": 16, "length": 32 } }""", "length")]
    [InlineData("""{ "model": { "decoder": { "kind": "transformer" } } }""", "model.decoder.kind", "found 'transformer'; expected one of lstm, bytenet, parallel")]
    [InlineData("""{ "model": null }""", "model", "found null")]
    [InlineData("""{ "model": { "encoder": null } }""", "model.encoder", "found null")]
    [InlineData("""{ "model": { "encoder": { "channels": null } } }""", "model.encoder.channels", "found null")]
    public void A_recipe_file_with_a_fault_is_refused(string json, params string[] named)
    {
        _folder.Write("bad.json", json);
        Refused("bad.json", [], ["bad.json", .. named]);
    }

    [Theory]
    [InlineData("data.length=15", "data.length is 15", "14 or 16")]
    [InlineData("data.length=1", "data.length")]
    [InlineData("data.lenght=16", "data.lenght")]
    [InlineData("training.steps=many", "training.steps")]
    [InlineData("training.steps=0", "training.steps is 0", "at least 1")]
    [InlineData("training.precision=int8", "training.precision is int8", "auto, float32 or bfloat16")]
    [InlineData("model.decoder.hidden=60000", "found a need of at least 230.", "GB of memory; expected at most", "decoder.lstm.hidden_weight")]
    [InlineData("model.decoder.hidden=2147483647", "GB of memory; expected at most")]
    [InlineData("model.latent=2147483647", "GB of memory; expected at most")]
    [InlineData("training.batchSize=2147483647", "training.batchSize is 2147483647", "expected at most 65,536")]
    [InlineData("training.batchSize=1", "training.batchSize is 1", "at least 2")]
    [InlineData("training.learningRate=-1", "training.learningRate is -1", "positive")]
    [InlineData("objective.kl.schedule=cubic", "objective.kl.schedule: found 'cubic'; expected one of linear, constant, cyclical, auto, target")]
    [InlineData("objective.alpha", "KEY=VALUE")]
    [InlineData("model=3", "model", "found 3", "expected an object")]
    public void An_override_with_a_fault_is_refused(string change, params string[] named) =>
        Refused("tiny.json", ["--set", change], named);

    [Fact]
    public void A_recipe_that_is_no_text_is_refused()
    {
        File.WriteAllBytes(_folder["bad.json"], [0x89, 0x50, 0x00, 0xff]);
        Refused("bad.json", [], "bad.json");
    }

    private void Refused(string recipe, string[] options, params string[] named)
    {
        Refusal.Of(1, TextVaeProcess.Run(_folder, ["train", recipe, "--data", "animals.txt", "--out", "run", .. options]), named);
        Assert.False(Directory.Exists(_folder["run"]), "a run folder was begun");
    }
}
