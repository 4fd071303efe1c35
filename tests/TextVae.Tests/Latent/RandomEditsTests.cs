using System.Text;
using TextVae.Latent;
using TextVae.Texts;

namespace TextVae.Tests.Latent;

public class RandomEditsTests
{
    /// <summary>The edited texts, and the radius where the vector of a text is its length in Unicode scalar values.</summary>
    private static (IReadOnlyList<string> Edited, double Radius) Edit(double distance, params string[] texts)
    {
        var read = new List<IReadOnlyList<string>>();
        var radius = RandomEdits.RadiusAsync(texts, distance, some =>
        {
            read.Add(some);
            return Task.FromResult(Array.ConvertAll(some, text => Vectors.Text(text, text.EnumerateRunes().Count())));
        }).GetAwaiter().GetResult();
        Assert.Equal(texts, read[0]);
        return (read[1], radius);
    }

    [Fact]
    public void Characters_are_replaced_inserted_and_deleted_within_the_distance()
    {
        string[] texts = [.. Enumerable.Range(0, 50).Select(number => $"text {number} of the texts")];
        var (edited, radius) = Edit(0.3, texts);
        Assert.All(texts.Zip(edited), pair => Assert.True(EditDistance.Normalized(pair.First, pair.Second) <= 0.4)); // of the longer text: edits may shorten one
        Assert.All(texts.Zip(edited), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.InRange(radius, 2, 7);
    }

    [Fact]
    public void The_edits_are_those_of_earlier_versions() => Assert.Equal(
        ["bcmdefghij", "Thüe  cabt set on th  mat", "röße ü ber 漢字字"],
        Edit(0.3, "abcdefghij", "The cat sat on the mat.", "Größe über 漢字").Edited);

    [Fact]
    public void No_edit_splits_a_character_of_two_units()
    {
        string[] texts = [.. Enumerable.Repeat("😀 a😂😃 b🎉", 100)];
        Assert.All(Edit(0.5, texts).Edited, text => Assert.DoesNotContain(Rune.ReplacementChar, text.EnumerateRunes()));
    }

    [Fact]
    public void A_text_may_lose_all_its_characters_and_an_empty_one_stays()
    {
        string[] texts = [.. Enumerable.Repeat("😀", 100), ""];
        var (edited, _) = Edit(1, texts);
        Assert.Contains("", edited.Take(100));
        Assert.Equal("", edited[100]);
    }
}
