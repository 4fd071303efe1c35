namespace TextVae.Generation;

/// <summary>Texts as a model reads them.</summary>
/// <param name="Ids">[texts, time], row after row; a text that does not fit is padding.</param>
/// <param name="Faults">Why each text does not fit; null where it does.</param>
/// <param name="Unknown">Tokens of each text that became <c>&lt;unk&gt;</c>.</param>
internal sealed record TokenBatch(long[] Ids, string?[] Faults, int[] Unknown);
