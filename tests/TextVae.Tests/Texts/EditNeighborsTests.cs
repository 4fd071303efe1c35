using CsCheck;
using TextVae.Texts;

namespace TextVae.Tests.Texts;

public class EditNeighborsTests
{
    private static readonly Gen<string> GenText = Gen.OneOf("a", "b", "c", " the ", "😀").Array[0, 10].Select(string.Concat);

    [Fact]
    public void No_text_is_nearer_than_the_nearest() => Gen.Select(GenText.Array[1, 40], GenText.Array[1, 10]).Sample(
        (texts, queries) =>
        {
            var neighbors = new EditNeighbors(texts);
            Assert.All(queries.Append(texts[0]), query =>
            {
                var nearest = neighbors.Nearest(query);
                Assert.Contains(nearest, texts);
                Assert.Equal(texts.Min(text => PlainLevenshtein.Of(query, text)), PlainLevenshtein.Of(query, nearest));
            });
        },
        iter: 300);
}
