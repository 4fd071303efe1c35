namespace TextVae.Texts;

/// <summary>What becomes of bytes that are no UTF-8 where texts are read. NUL counts as such: it is in no text.</summary>
public enum InvalidUtf8
{
    /// <summary>They are refused with their place.</summary>
    Fail,

    /// <summary>Each sequence of them becomes U+FFFD, as the Unicode Standard recommends.</summary>
    Replace,

    /// <summary>A text that has some is left out; of running text, which has no texts, the bytes are.</summary>
    Skip,
}
