using System.Globalization;
using System.Text.Json.Nodes;
using TextVae.Models;
using TextVae.Tests.Data;
using TextVae.Tokenizers;

namespace TextVae.Tests.Models;

/// <summary>A model from a stranger: sizes that its weights do not have, and files that are none.</summary>
public sealed class HostileModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HostileModelTests()
    {
        var tokenizer = CharacterTokenizer.Learn(["abc"]);
        SavedModel.WriteDescription(_folder.Path, new ModelFile { Data = Tiny.Recipe.Data, Model = Tiny.Config }, tokenizer.Vocabulary);
        using var model = new TextVaeModel(Tiny.Config, Tiny.Recipe.Data.Length, tokenizer.Vocabulary.Count);
        SavedModel.WriteWeights(_folder.Path, model);
    }

    public static TheoryData<string, string> Sizes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var key in new[] { "model.latent", "model.encoder.channels.0", "model.encoder.channels.1", "model.expansion.channels.0", "model.expansion.features", "model.decoder.hidden", "data.length", "format" })
            {
                foreach (var value in new[] { "0", "-1", "60000", "1000000", "2147483647", "-2147483648", "9223372036854775807", "1e999", "0.5" })
                {
                    data.Add(key, value);
                }
            }
            return data;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Sizes))]
    public void A_size_that_the_weights_do_not_have_is_refused_before_anything_is_allocated(string key, string value)
    {
        var before = Environment.WorkingSet;
        Edit(key, value);
        Refused();
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 64 << 20);
    }

    [Theory]
    [InlineData("data.tokenizer", "\"letters\"", "data.tokenizer is letters")]
    [InlineData("data.minCount", "0", "data.minCount is 0")]
    [InlineData("data.vocabularySize", "-1", "data.vocabularySize is -1")]
    [InlineData("data.normalize", "7", "data.normalize")]
    [InlineData("data.column", "\"\"", "data.column")]
    [InlineData("data.length", "65540", "data.length is 65540; expected 2 to 65,536 tokens")]
    [InlineData("model.latent", "1000000", "tensor \"encoder.posterior.weight\": found shape [6, 28], expected [2000000, 28]")]
    public void What_is_described_is_validated_as_in_a_recipe(string key, string value, string expected)
    {
        Edit(key, value);
        Refused(expected);
    }

    [Fact]
    public void A_key_that_stands_there_twice_is_refused()
    {
        Replace(SavedModel.ModelName, "\"hidden\": 9", "\"hidden\": 9, \"hidden\": 9");
        Refused("model.json: found the key 'model.decoder.hidden' twice; expected it once");
    }

    [Fact]
    public void A_part_without_its_kind_is_refused()
    {
        Replace(SavedModel.ModelName, "\"kind\": \"lstm\",", "");
        Refused("model.decoder.kind: found nothing; expected one of");
    }

    [Theory]
    [InlineData(SavedModel.ModelName)]
    [InlineData(SavedModel.VocabularyName)]
    public void Bytes_that_are_no_UTF_8_are_refused(string name)
    {
        var bytes = File.ReadAllBytes(_folder[name]);
        bytes[Array.IndexOf(bytes, (byte)'"') + 1] = 0xff;
        File.WriteAllBytes(_folder[name], bytes);
        Refused($"{name}: found bytes that are no UTF-8");
    }

    [Fact]
    public void Tokens_in_another_order_are_refused_and_written_otherwise_in_the_same_one_are_not()
    {
        File.WriteAllText(_folder[SavedModel.VocabularyName], """["<pad>","<unk>","<end>","\u0061","b","c"]""");
        SavedModel.Load(_folder.Path).Model.Dispose();
        File.WriteAllText(_folder[SavedModel.VocabularyName], """["<pad>","<unk>","<end>","b","a","c"]""");
        Refused("vocabulary.json: found tokens of SHA-256", "in another order");
    }

    [Theory]
    [InlineData(SavedModel.ModelName)]
    [InlineData(SavedModel.VocabularyName)]
    [InlineData(SavedModel.WeightsName)]
    public void A_pipe_or_a_device_in_place_of_a_file_is_refused_at_once(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has none in folders");
        File.Delete(_folder[name]);
        File.CreateSymbolicLink(_folder[name], "/dev/zero");
        Refused($"{name}: found a pipe, a device or a socket; expected a plain file");
        File.Delete(_folder[name]);
        using (var process = System.Diagnostics.Process.Start("mkfifo", [_folder[name]]))
        {
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        }
        Refused($"{name}: found a pipe, a device or a socket; expected a plain file");
    }

    [Fact]
    public void Weights_of_other_tensors_are_refused_before_their_data_is_read()
    {
        using (var file = new FileStream(_folder[SavedModel.WeightsName], FileMode.Create))
        {
            const long Large = 1L << 42; // a hole in the file system's sense
            var header = System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $$$"""{"__metadata__":{"data_sha256":"00"},"a":{"dtype":"U8","shape":[{{{Large}}}],"data_offsets":[0,{{{Large}}}]}}"""));
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            file.SetLength(file.Position + Large);
        }
        Refused("model.safetensors: tensor", "expected it, as the model is described");
    }

    [Fact]
    public void A_recipe_that_the_machine_has_no_memory_to_train_begins_no_run()
    {
        using var folder = new TemporaryFolder();
        var recipe = Tiny.Recipe with { Model = Tiny.Config with { Decoder = new LstmDecoderConfig { Hidden = 60_000 } } };
        Refusal.Is(InputKind.Usage, () => TextVaeTraining.Run(folder["run"], recipe, TrainingTexts.Of(Texts)), "training of", "found a need of at least 230", "GB of memory; expected at most", "decoder.lstm.hidden_weight");
        var batch = Tiny.Recipe with { Data = Tiny.Recipe.Data with { Length = 65_536 }, Training = Tiny.Recipe.Training with { BatchSize = 65_536 } };
        Refusal.Is(InputKind.Usage, () => TextVaeTraining.Run(folder["run"], batch, TrainingTexts.Of(Texts)), "GB of memory; expected at most", "training.batchSize");
        Assert.False(Directory.Exists(folder["run"]));
    }

    private static string[] Texts => [.. Enumerable.Range(0, 300).Select(number => $"text {number}")];

    private void Edit(string key, string value)
    {
        var path = _folder[SavedModel.ModelName];
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        var keys = key.Split('.');
        var node = keys[..^1].Aggregate(root, (at, name) => at![name]!);
        if (node is JsonArray list)
        {
            list[int.Parse(keys[^1], CultureInfo.InvariantCulture)] = "HERE";
        }
        else
        {
            node[keys[^1]] = "HERE";
        }
        File.WriteAllText(path, root.ToJsonString().Replace("\"HERE\"", value, StringComparison.Ordinal));
    }

    private void Replace(string name, string from, string to)
    {
        var text = File.ReadAllText(_folder[name]);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(_folder[name], text.Replace(from, to, StringComparison.Ordinal));
    }

    private void Refused(params string[] named) => Refusal.Is(InputKind.RunFolder, () => SavedModel.Load(_folder.Path), [_folder.Path, .. named]);
}
