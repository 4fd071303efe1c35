using TextVae.Models;
using TextVae.Runs;
using TextVae.Storage;

namespace TextVae.Tests.Runs;

/// <summary>What stands in run folders stays the same to the byte, whatever tells the kinds of parts apart.</summary>
public class WrittenJsonTests
{
    private static string Written<T>(T value)
    {
        using var folder = new TemporaryFolder();
        JsonFile.Write(folder["written.json"], value);
        return File.ReadAllText(folder["written.json"]);
    }

    [Fact]
    public void A_models_description_is_what_it_always_was()
    {
        var recipe = RecipeFile.Load("ptb-lstm-vae");
        Assert.Equal(
            """
            {
              "format": 1,
              "data": {
                "source": "required: a folder with ptb.train.txt and ptb.valid.txt, or another file of running text",
                "column": null,
                "encoding": null,
                "texts": "windows",
                "tokenizer": "characters",
                "length": 60,
                "long": "drop",
                "split": "equal",
                "validation": null,
                "test": null,
                "minCount": 1,
                "vocabularySize": null,
                "merges": null,
                "scorePadding": false,
                "normalize": "none",
                "invalidUtf8": "fail"
              },
              "model": {
                "latent": 100,
                "encoder": {
                  "kind": "lstm",
                  "hidden": 500,
                  "embedding": null,
                  "readsPadding": true
                },
                "expansion": {
                  "kind": "initial-state",
                  "hidden": 500,
                  "stateSize": 500
                },
                "decoder": {
                  "kind": "lstm",
                  "hidden": 500,
                  "embedding": null,
                  "stateSize": 500
                },
                "history": true,
                "meanScale": null
              }
            }
            """, Written(new ModelFile { Data = recipe.Data, Model = recipe.Model }));
    }

    [Fact]
    public void A_trainings_description_is_what_it_always_was() =>
        Assert.Equal(
            """
            {
              "name": "",
              "recipe": {
                "data": {
                  "source": "required: a folder with ptb.train.txt and ptb.valid.txt, or another file of running text",
                  "column": null,
                  "encoding": null,
                  "texts": "windows",
                  "tokenizer": "characters",
                  "length": 60,
                  "long": "drop",
                  "split": "equal",
                  "validation": null,
                  "test": null,
                  "minCount": 1,
                  "vocabularySize": null,
                  "merges": null,
                  "scorePadding": false,
                  "normalize": "none",
                  "invalidUtf8": "fail"
                },
                "model": {
                  "latent": 50,
                  "encoder": {
                    "kind": "convolutional",
                    "channels": [
                      128,
                      256
                    ],
                    "embedding": null
                  },
                  "expansion": {
                    "kind": "deconvolutional",
                    "channels": [
                      256,
                      128
                    ],
                    "features": 200,
                    "featureCount": 200
                  },
                  "decoder": {
                    "kind": "lstm",
                    "hidden": 500,
                    "embedding": null,
                    "stateSize": 500
                  },
                  "history": true,
                  "meanScale": null
                },
                "objective": {
                  "alpha": 0.2,
                  "inputDropout": 0,
                  "freeBits": 0,
                  "kl": {
                    "schedule": "linear",
                    "floor": 0.001,
                    "start": 1000,
                    "end": 8000,
                    "weight": 1
                  }
                },
                "training": {
                  "steps": 100000,
                  "batchSize": 64,
                  "similarLengths": false,
                  "learningRate": 0.001,
                  "warmUp": 0,
                  "decay": {
                    "shape": "steps",
                    "factor": 0.95,
                    "every": 1000,
                    "after": 20000
                  },
                  "weightDecay": 0,
                  "clip": null,
                  "aggressive": null,
                  "reportEvery": 50,
                  "validateEvery": 500,
                  "validationTexts": 6400,
                  "patience": null,
                  "checkpointEvery": 500,
                  "seed": 1,
                  "threads": 0,
                  "precision": "auto",
                  "device": "cpu"
                }
              },
              "overrides": [],
              "dataPaths": [],
              "dataFingerprint": "",
              "machine": null
            }
            """, Written(new TrainingFile { Recipe = RecipeFile.Load("ptb-hybrid") }));

    [Theory]
    [InlineData("linear", """{"schedule":"linear","floor":0.001,"start":1000,"end":8000,"weight":1}""")]
    [InlineData("constant", """{"schedule":"constant","weight":1}""")]
    [InlineData("cyclical", """{"schedule":"cyclical","floor":0,"period":2500,"growth":0.5,"weight":1}""")]
    [InlineData("auto", """{"schedule":"auto","floor":0.001,"improvement":0.02,"patience":2,"share":0.5,"weight":1}""")]
    [InlineData("target", """{"schedule":"target","nats":12,"floor":0.001,"proportional":0.01,"integral":0.002,"tolerance":0.1,"weight":1}""")]
    public void A_schedule_is_written_with_its_name_its_own_keys_and_the_weight(string name, string expected)
    {
        var schedule = RecipeFile.Load("ptb-hybrid", [$"objective.kl.schedule={name}"]).Objective.Kl;
        Assert.Equal(expected, string.Concat(Written(schedule).Where(letter => !char.IsWhiteSpace(letter))));
    }

    [Theory]
    [InlineData("model.decoder.kind=bytenet", """{"kind":"bytenet","layers":7,"channels":256,"embedding":null}""")]
    [InlineData("model.decoder.hidden=3", """{"kind":"lstm","hidden":3,"embedding":null,"stateSize":3}""")]
    public void A_decoder_is_written_with_its_kind_first(string change, string expected)
    {
        var decoder = RecipeFile.Load("ptb-hybrid", [change]).Model.Decoder;
        Assert.Equal(expected, string.Concat(Written(decoder).Where(letter => !char.IsWhiteSpace(letter))));
    }
}
