using System.Text.Json;

namespace TextVae.Cli.Tests.Commands;

public class SampleCommandTests(TrainedRun trained)
{
    [Fact]
    public void The_same_seed_gives_the_same_texts_and_another_seed_others()
    {
        string[] six = ["-n", "6", "--temperature", "1", "--seed"];
        Assert.Equal(Sample("-n", "6", "--seed", "3"), Sample("-n", "6", "--seed", "3"));
        Assert.Equal(Sample([.. six, "3"]), Sample([.. six, "3"]));
        Assert.NotEqual(Sample([.. six, "3"]), Sample([.. six, "4"]));
    }

    [Theory]
    [InlineData]
    [InlineData("--temperature", "1")]
    public void Fewer_texts_are_the_beginning_of_more(params string[] options)
    {
        var seven = Sample(["-n", "7", .. options]);
        Assert.Equal(7, seven.Length);
        Assert.Equal(seven[..3], Sample(["-n", "3", .. options]));
        Assert.Equal(seven, Sample(["-n", "300", .. options])[..7]);
    }

    // A model of this size decides as clearly in each.
    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    [InlineData("int8")]
    public void In_every_precision_texts_are_written_again_and_again_the_same(string precision)
    {
        var texts = Sample("-n", "20", "--precision", precision);
        Assert.Equal(20, texts.Length);
        Assert.Equal(texts, Sample("-n", "20", "--precision", precision));
        Assert.True(texts.Zip(Sample("-n", "20")).Count(pair => pair.First == pair.Second) > 10);
    }

    [Fact]
    public void A_temperature_of_zero_is_greedy() => Assert.Equal(Sample("-n", "5"), Sample("-n", "5", "--temperature", "0"));

    [Fact]
    public void Drawing_among_one_token_or_the_least_probability_is_greedy()
    {
        var greedy = Sample("-n", "5");
        Assert.Equal(greedy, Sample("-n", "5", "--top-k", "1"));
        Assert.Equal(greedy, Sample("-n", "5", "--top-p", "0.000001"));
        Assert.NotEqual(greedy, Sample("-n", "5", "--top-k", "5", "--top-p", "0.9", "--temperature", "2"));
    }

    [Theory]
    [InlineData]
    [InlineData("--temperature", "1")]
    [InlineData("--num-beams", "3")]
    [InlineData("--top-p", "0.9", "--no-repeat-ngram-size", "2")]
    public void Texts_are_as_the_constraints_say(params string[] options)
    {
        Assert.All(Sample(["-n", "40", "--regex", "(cat|dog) [a-z]{3,6} (owl|bee)s", .. options]), text => Assert.Matches(@"^(cat|dog) [a-z]{3,6} (owl|bee)s\z", text));
        Assert.All(Sample(["-n", "40", "--regex", "[a-z]+ [a-z]+", "--prefix", "pig l", "--alphabet", "pig likes", "--max-length", "10", .. options]), text => Assert.Matches(@"^pig l[gikelps]{0,5}\z", text));
    }

    [Fact]
    public void Beam_search_finds_texts_at_least_as_probable_as_greedy_ones()
    {
        double[] Probabilities(params string[] options) =>
            [.. Sample(["-n", "30", "--json", .. options]).Select(line => JsonElement.Parse(line).GetProperty("log_probability").GetDouble())];
        var (greedy, beams) = (Probabilities(), Probabilities("--num-beams", "5"));
        Assert.All(greedy.Zip(beams), pair => Assert.True(pair.Second >= pair.First - 1e-4, $"{pair}"));
        Assert.True(beams.Sum() > greedy.Sum());
    }

    [Theory]
    [InlineData("regex '[a-z]{16}': found no text of at most 15 of this model's tokens that fits", "--regex", "[a-z]{16}")]
    [InlineData("regex 'dog', prefix 'cat'", "--regex", "dog", "--prefix", "cat")]
    [InlineData("prefix 'Cat': found 'C'", "--prefix", "Cat")]
    [InlineData("max-length is 16; expected at most 15", "--max-length", "16")]
    public void What_no_text_of_the_model_can_fulfil_is_refused(string reason, params string[] options) => Refused(reason, options);

    [Theory]
    [InlineData("character 4: found a backreference", "--regex", @"(a)\1")]
    [InlineData("Invalid pattern '['", "--regex", "[")]
    [InlineData("beam search", "--num-beams", "2", "--temperature", "1")]
    [InlineData("greedy", "--temperature", "0", "--top-p", "0.5")]
    public void Options_that_make_no_sense_are_refused_before_a_model_is_loaded(string reason, params string[] options) =>
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, ["sample", "nowhere", .. options]), reason, "expected");

    [Fact]
    public void Json_is_one_object_a_line() => Assert.Equal(
        Sample("-n", "4"), Sample("-n", "4", "--json").Select(line => JsonElement.Parse(line).GetProperty("text").GetString()));

    [Fact]
    public void A_reader_that_has_enough_ends_the_work_without_an_error()
    {
        trained.Training.Succeeded();
        var ended = TextVaeProcess.Shell(trained.Folder, "textvae sample run -n 2000000000 | head -1; exit ${PIPESTATUS[0]}");
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        Assert.Single(ended.Output.Split('\n').SkipLast(1));
    }

    [Fact]
    public void Two_programs_that_write_into_one_file_append()
    {
        trained.Training.Succeeded();
        var ended = TextVaeProcess.Shell(trained.Folder, "(textvae sample run -n 2 --json; textvae sample run -n 3 --json) > samples.txt && cat samples.txt && rm samples.txt");
        Assert.Equal(5, ended.Succeeded().Length);
    }

    [Theory]
    [InlineData("-n", "0")]
    [InlineData("-n", "many")]
    [InlineData("--temperature", "-1")]
    [InlineData("--temperature", "NaN")]
    [InlineData("--top-p", "1.5")]
    [InlineData("--no-repeat-ngram-size", "0")]
    [InlineData("--device", "tpu")]
    [InlineData("--seed", "x")]
    [InlineData("--threads", "-1")]
    public void Values_that_cannot_be_are_refused(string option, string value)
    {
        trained.Training.Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "sample", "run", option, value), value);
    }

    private void Refused(string reason, string[] options)
    {
        trained.Training.Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, ["sample", "run", .. options]), reason, "expected");
    }

    private string[] Sample(params string[] options)
    {
        trained.Training.Succeeded();
        var ended = TextVaeProcess.Run(trained.Folder, ["sample", "run", "--threads", "1", .. options]);
        Assert.Equal("", ended.Error);
        return [.. ended.Output.Split('\n').SkipLast(1)];
    }
}
