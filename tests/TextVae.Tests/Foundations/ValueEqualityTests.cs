using TextVae.Scoring;

namespace TextVae.Tests.Foundations;

public class ValueEqualityTests
{
    [Fact]
    public void Records_that_hold_vectors_are_equal_where_all_their_values_are()
    {
        Alone(number => new EncodedText("a", [1, float.NaN], [2, number], 0, null));
        Alone(number => new EncodedText("a", [1, number], [2, 3], 0, null));
        Alone(number => new EncodedText("a", [1], [2], (int)number, null));
        Alone(number => new VectorRow(3, [1, number], "a"));
        Alone(number => new VectorRow(3, number == 0 ? null : [1], "a"));
        Alone(number => new Centroid(new GeneratedText("a", -1), [1, number], 2, double.NaN));
        Alone(number => new TextCosts([1], [2], [number], [[3], [4, 5]]));
        Alone(number => new TextCosts([1], [2], [3], [[3], [4, number]]));
        Alone(number => new TextCosts([1], [2], [3], number == 0 ? null : [[3]]));
        Alone(number => new ScoreDistribution([0, number]));
        Alone(number => new ValidationScoresFile { WeightsSha256 = "00", Texts = 2, BitsPerCharacter = [0, number] });
    }

    /// <summary>Two that are made alike are equal, and differ from one that is made otherwise.</summary>
    private static void Alone<T>(Func<float, T> make)
        where T : IEquatable<T>
    {
        Assert.Equal(make(0), make(0), EqualityComparer<T>.Default);
        Assert.Equal(make(0).GetHashCode(), make(0).GetHashCode());
        Assert.NotEqual(make(0), make(1), EqualityComparer<T>.Default);
    }
}
