namespace TextVae.Cli.Tests;

public class ResumeTests(TrainedRun trained)
{
    [Fact]
    public void A_finished_run_can_be_made_longer_and_ends_as_one_that_was_planned_so()
    {
        using var folder = TinyCorpus.Prepare();
        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run", "--steps", "15").Succeeded();
        var run = new RunFiles(folder["run"]);
        Assert.Equal(["000000014", "000000015"], run.Checkpoints);

        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run", "--resume").Succeeded();

        trained.Training.Succeeded();
        Assert.Equal(trained.Files.Hashes, run.Hashes);
    }

    [Fact]
    public void A_run_that_is_done_is_left_as_it_is()
    {
        using var folder = trained.Copy();

        var again = TextVaeProcess.Run(folder, "train", "--resume", "--out", "run");

        Assert.Equal(trained.Training.Succeeded(), again.Succeeded());
        Assert.Contains("the run in run has done its 40 steps", again.Error, StringComparison.Ordinal);
        Assert.Equal(trained.Files.Hashes, new RunFiles(folder["run"]).Hashes);
    }

    [Fact]
    public void One_command_line_serves_for_the_start_and_for_going_on()
    {
        using var folder = TinyCorpus.Prepare();
        string[] line = ["train", "tiny.json", "--data", "animals.txt", "--out", "run", "--resume", "--steps", "3"];
        TextVaeProcess.Run(folder, line).Succeeded();
        TextVaeProcess.Run(folder, line).Succeeded();
        Assert.Equal([1, 2, 3], new RunFiles(folder["run"]).StepsOf("training"));
    }

    [Fact]
    public void Without_a_folder_the_last_run_of_the_recipe_goes_on()
    {
        using var folder = TinyCorpus.Prepare();
        string[] line = ["train", "tiny.json", "--data", "animals.txt", "--steps", "2"];
        TextVaeProcess.Run(folder, line).Succeeded();
        TextVaeProcess.Run(folder, line).Succeeded();

        TextVaeProcess.Run(folder, "train", "tiny.json", "--resume", "--steps", "4").Succeeded();

        Assert.Equal([1, 2], new RunFiles(folder["runs", "tiny"]).StepsOf("training"));
        Assert.Equal([1, 2, 3, 4], new RunFiles(folder["runs", "tiny-2"]).StepsOf("training"));
    }

    [Theory]
    [InlineData("the settings differ", "--set", "objective.alpha=0.4")]
    [InlineData("the settings differ", "--seed", "2")]
    [InlineData("the settings differ", "small")]
    [InlineData("other.txt", "--data", "other.txt")]
    [InlineData("40", "--steps", "39")]
    public void What_would_make_it_another_run_is_refused(string names, params string[] options)
    {
        using var folder = trained.Copy();
        var run = new RunFiles(folder["run"]);
        var description = File.ReadAllText(run["training.json"]);
        folder.Write("other.txt", "other texts\n");

        Refusal.Of(1, TextVaeProcess.Run(folder, ["train", "--resume", "--out", "run", .. options]), "run: ", names);

        Assert.Equal(description, File.ReadAllText(run["training.json"]));
        Assert.Equal(trained.Files.Hashes, run.Hashes);
    }

    [Fact]
    public void Data_that_has_changed_is_refused()
    {
        using var folder = TinyCorpus.Prepare();
        TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run", "--steps", "2").Succeeded();
        File.AppendAllText(folder["animals.txt"], "one more text\n");

        Refusal.Of(2, TextVaeProcess.Run(folder, "train", "--resume", "--out", "run", "--steps", "4"), "run: ", "fingerprint", "changed");

        File.WriteAllLines(folder["animals.txt"], TinyCorpus.Sentences); // nothing is lost
        TextVaeProcess.Run(folder, "train", "--resume", "--out", "run", "--steps", "4").Succeeded();
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        using var folder = TinyCorpus.Prepare();
        Refusal.Of(3, TextVaeProcess.Run(folder, "train", "--resume", "--out", "nothing"), "nothing", "training.json");
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "--resume"), "--resume", "--out");
    }

    [Fact]
    public void A_second_run_in_the_same_folder_is_refused()
    {
        using var folder = trained.Copy();
        Refusal.Of(1, TextVaeProcess.Run(folder, "train", "tiny.json", "--data", "animals.txt", "--out", "run"), "--out run", "--resume");
        Assert.Equal(trained.Files.Hashes, new RunFiles(folder["run"]).Hashes);
    }
}
