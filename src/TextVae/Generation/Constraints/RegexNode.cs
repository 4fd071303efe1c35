namespace TextVae.Generation.Constraints;

/// <summary>A regular expression as a tree.</summary>
internal abstract record RegexNode
{
    /// <summary>What every text matches.</summary>
    public static RegexNode Anything { get; } = new RepeatNode(new CharacterNode(new CharacterClass(@"[\s\S]")), 0, null);
}

/// <summary>One character of a class.</summary>
internal sealed record CharacterNode(CharacterClass Class) : RegexNode;

/// <summary>One after the other; of none, the empty text.</summary>
internal sealed record SequenceNode(IReadOnlyList<RegexNode> Parts) : RegexNode;

/// <summary>One of several.</summary>
internal sealed record ChoiceNode(IReadOnlyList<RegexNode> Alternatives) : RegexNode;

/// <summary>From <paramref name="Least"/> to <paramref name="Most"/> times; null is without limit.</summary>
internal sealed record RepeatNode(RegexNode Part, int Least, int? Most) : RegexNode;
