using TextVae.Data;

namespace TextVae.Generation;

/// <summary>Texts that a user gives, as a model reads them.</summary>
/// <param name="Texts">A text that does not fit is padding.</param>
/// <param name="Faults">Why each text does not fit; null where it does.</param>
/// <param name="Unknown">Tokens of each text that became <c>&lt;unk&gt;</c>.</param>
internal sealed record TokenBatch(TextBatch Texts, string?[] Faults, int[] Unknown);
