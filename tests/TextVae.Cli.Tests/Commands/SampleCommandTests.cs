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

    [Fact]
    public void A_temperature_of_zero_is_greedy() => Assert.Equal(Sample("-n", "5"), Sample("-n", "5", "--temperature", "0"));

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
    [InlineData("--device", "tpu")]
    [InlineData("--seed", "x")]
    [InlineData("--threads", "-1")]
    public void Values_that_cannot_be_are_refused(string option, string value)
    {
        trained.Training.Succeeded();
        Refusal.Of(1, TextVaeProcess.Run(trained.Folder, "sample", "run", option, value), value);
    }

    private string[] Sample(params string[] options)
    {
        trained.Training.Succeeded();
        var ended = TextVaeProcess.Run(trained.Folder, ["sample", "run", "--threads", "1", .. options]);
        Assert.Equal("", ended.Error);
        return [.. ended.Output.Split('\n').SkipLast(1)];
    }
}
