using System.Text.Json;

namespace TextVae.Tests.Foundations;

public class ReportJsonTests
{
    [Fact]
    public void A_report_is_one_line_of_snake_case_without_nulls()
    {
        var score = new TextScore { Text = "weiß <b>", Nats = double.NaN, Unknown = 2 };
        Assert.Equal("""{"text":"weiß <b>","nats":"NaN","unknown":2}""", JsonSerializer.Serialize(score, ReportJson.Options));
        Assert.Throws<InvalidOperationException>(() => ReportJson.Options.WriteIndented = true);
    }
}
