using TextVae.Texts;

namespace TextVae.Tests.Generation;

public class TextSelectionTests
{
    private static readonly string[] Drawn = ["the cat sat", "the cat sits", "the cat sat", "a dog ran off", "see http://a.b", "the rat sat", "owls"];

    private static NearDuplicateIndex Training(double distance)
    {
        var index = new NearDuplicateIndex(distance);
        index.Add("a dog ran on");
        index.Add("see url");
        return index;
    }

    private static (List<string> Texts, SelectionCounts Counts) Select(double distance, bool unique, bool novel, Normalization normalization = Normalization.None)
    {
        var selection = new TextSelection(distance, unique, novel, Training(distance), normalization);
        var texts = Drawn.Where(text => selection.Accepts(new GeneratedText(text, -1))).ToList();
        Assert.False(selection.IsExhausted);
        return (texts, selection.Counts);
    }

    [Fact]
    public void Without_a_condition_all_pass_and_the_memorised_are_counted()
    {
        var (texts, counts) = Select(0.2, unique: false, novel: false, Normalization.Tweets);
        Assert.Equal(Drawn, texts);
        Assert.Equal(new SelectionCounts(7, 7, Memorized: 1, NearMemorized: 1, 0, 0), counts);
    }

    [Fact]
    public void Unique_texts_are_no_near_duplicates_of_accepted_ones()
    {
        var (texts, counts) = Select(0.2, unique: true, novel: false);
        Assert.Equal(["the cat sat", "a dog ran off", "see http://a.b", "owls"], texts);
        Assert.Equal(new SelectionCounts(7, 4, 0, 1, Duplicates: 1, NearDuplicates: 2), counts);
    }

    [Fact]
    public void At_distance_zero_only_the_same_text_counts() =>
        Assert.Equal(Drawn.Distinct(), Select(0, unique: true, novel: true).Texts);

    [Fact]
    public void Novel_texts_are_no_near_duplicates_of_training_texts_as_these_were_normalised()
    {
        var (texts, counts) = Select(0.2, unique: true, novel: true, Normalization.Tweets);
        Assert.Equal(["the cat sat", "owls"], texts);
        Assert.Equal(new SelectionCounts(7, 2, 1, 1, 1, 2), counts);
        Assert.Equal(["the cat sat", "the cat sits", "the cat sat", "the rat sat", "owls"], Select(0.2, unique: false, novel: true, Normalization.Tweets).Texts);
    }

    [Fact]
    public void So_many_in_vain_exhaust_it()
    {
        var selection = new TextSelection(0.2, unique: true, novel: false, training: null) { Patience = 50 };
        var accepted = new List<string>();
        for (var number = 0; !selection.IsExhausted; number++)
        {
            var text = new GeneratedText(number == 40 ? "another" : "the same", 0);
            accepted.AddRange(selection.Accepts(text) ? [text.Text] : []);
        }
        Assert.Equal(["the same", "another"], accepted);
        Assert.Equal(new SelectionCounts(91, 2, 0, 0, 89, 0), selection.Counts);
    }
}
