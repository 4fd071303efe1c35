using System.Text.Json;

namespace TextVae.Tests.Foundations;

public class JsonFaultTests
{
    private static string? Find(string json) => JsonFault.Find(JsonElement.Parse(json), typeof(Recipe));

    [Theory]
    [InlineData("""{ "training": { "steps": "many" } }""", "training.steps: found \"many\"; expected a whole number")]
    [InlineData("""{ "training": { "steps": null } }""", "training.steps: found null; expected a whole number")]
    [InlineData("""{ "training": { "clip": "off" } }""", "training.clip: found \"off\"; expected a number")]
    [InlineData("""{ "training": { "precision": "float64" } }""", "training.precision: found \"float64\"; expected auto or float32 or bfloat16 or int8")]
    [InlineData("""{ "training": { "device": null } }""", "training.device: found null; expected a text")]
    [InlineData("""{ "training": { "steps": 3, "stops": 4 } }""", "unknown key 'training.stops'; expected one of steps, batchSize, ")]
    [InlineData("""{ "data": { "scorePadding": 1 } }""", "data.scorePadding: found 1; expected true or false")]
    [InlineData("""{ "data": { "texts": "word" } }""", "data.texts: found \"word\"; expected lines or windows")]
    [InlineData("""{ "model": { "encoder": { "kind": "convolutional", "channels": 64 } } }""", "model.encoder.channels: found 64; expected a list")]
    [InlineData("""{ "model": { "encoder": { "channels": [64, "128"], "kind": "convolutional" } } }""", "model.encoder.channels[1]: found \"128\"; expected a whole number")]
    [InlineData("""{ "model": { "encoder": { "channels": [64] } } }""", "model.encoder.kind: found nothing; expected one of convolutional, lstm, none")]
    [InlineData("""{ "model": { "encoder": { "kind": 5 } } }""", "model.encoder.kind: found 5; expected one of convolutional, lstm, none")]
    [InlineData("""{ "model": { "encoder": null } }""", "model.encoder: found null; expected an object")]
    [InlineData("""{ "objective": { "kl": { "schedule": "cubic" } } }""", "objective.kl.schedule: found 'cubic'; expected one of linear, constant, cyclical, auto, target")]
    [InlineData("""{ "objective": { "kl": { "schedule": "target", "period": 7 } } }""", "unknown key 'objective.kl.period'; expected one of nats, floor, ")]
    [InlineData("""{ "step\nend": 3 }""", "unknown key 'step\\nend'; expected one of ")]
    [InlineData("""{ "objective": { "kl": { "schedule": "a\nb" } } }""", "objective.kl.schedule: found 'a\\nb'; expected one of ")]
    [InlineData("[1, 2]", "found [1, 2]; expected an object")]
    [InlineData("null", "found null; expected an object")]
    public void It_names_the_key_what_was_found_and_what_was_expected(string json, string fault)
    {
        Assert.StartsWith(fault, Find(json));
        Assert.True(json == "null" || Record.Exception(() => JsonSerializer.Deserialize<Recipe>(json, Json.Configuration)) is JsonException or NotSupportedException);
    }

    [Fact]
    public void Every_message_is_one_line() =>
        Assert.Equal("a⏎b: found nothing", new InvalidInputException(InputKind.Data, "a\nb: found nothing").Message);

    [Fact]
    public void There_is_none_in_what_was_written() =>
        Assert.All(RecipeFile.Names, name => Assert.Null(Find(RecipeFile.ToJson(RecipeFile.Load(name)))));

    [Fact]
    public void A_key_that_is_there_twice_is_found_at_any_depth()
    {
        Assert.Equal("data.length", JsonFault.Duplicate(JsonElement.Parse("""{ "model": {}, "data": { "length": 1, "length": 2 } }""")));
        Assert.Null(JsonFault.Duplicate(JsonElement.Parse("""{ "model": { "length": 1 }, "data": { "length": 1 } }""")));
    }
}
