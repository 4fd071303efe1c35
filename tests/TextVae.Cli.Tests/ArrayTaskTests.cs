namespace TextVae.Cli.Tests;

public class ArrayTaskTests
{
    private const string Id = "SLURM_ARRAY_TASK_ID=", Count = "SLURM_ARRAY_TASK_COUNT=", Min = "SLURM_ARRAY_TASK_MIN=", Step = "SLURM_ARRAY_TASK_STEP=";
    private const string Index = "JOB_COMPLETION_INDEX=", Completions = "JOB_COMPLETIONS=";

    [Theory]
    [InlineData(1, 4, Id + "0", Count + "4", Min + "0")]
    [InlineData(4, 4, Id + "4", Count + "4", Min + "1")]
    [InlineData(3, 4, Id + "4", Count + "4", Min + "0", Step + "2")]
    [InlineData(1, 1, Id + "3", Count + "1", Min + "3")]
    [InlineData(3, 3, Index + "2", Completions + "3")]
    public void The_environment_says_the_part(int number, int of, params string[] variables) => Assert.Equal(new Shard(number, of), Find(variables)!.Value.Shard);

    [Fact]
    public void Without_variables_there_is_no_part() => Assert.Null(Find([Count + "4", Id]));

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX: found no JOB_COMPLETIONS beside it", Index + "2")]
    [InlineData("JOB_COMPLETION_INDEX: found 3; expected less than JOB_COMPLETIONS, 3", Index + "3", Completions + "3")]
    [InlineData("JOB_COMPLETIONS: found 'three'", Index + "0", Completions + "three")]
    [InlineData("SLURM_ARRAY_TASK_COUNT: found nothing", Id + "2", Min + "0")]
    [InlineData("SLURM_ARRAY_TASK_MIN: found nothing", Id + "2", Count + "4")]
    [InlineData("SLURM_ARRAY_TASK_ID: found 7; expected one of 3 numbers that follow each other from 1 on", Id + "7", Count + "3", Min + "1")]
    [InlineData("SLURM_ARRAY_TASK_ID: found 3", Id + "3", Count + "3", Min + "0", Step + "2")]
    [InlineData("JOB_COMPLETION_INDEX: found it beside SLURM_ARRAY_TASK_ID", Id + "1", Count + "4", Min + "0", Index + "0")]
    public void What_says_no_part_of_a_whole_is_refused(string message, params string[] variables)
    {
        var error = Assert.Throws<InvalidInputException>(() => Find(variables));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(InputKind.Usage, error.Kind);
    }

    private static (Shard Shard, string Variable)? Find(string[] variables) =>
        ArrayTask.Find(name => variables.Select(variable => variable.Split('=')).FirstOrDefault(variable => variable[0] == name)?[1]);
}
