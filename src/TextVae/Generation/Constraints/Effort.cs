namespace TextVae.Generation.Constraints;

/// <summary>
/// What a constraint may cost: a count of elementary steps, and so of what it keeps in memory. Counted and not timed, so that
/// the same pattern is refused, or not, on every machine.
/// </summary>
/// <param name="most">The most steps.</param>
/// <param name="cancellationToken">Ends it before.</param>
internal sealed class Effort(long most, CancellationToken cancellationToken)
{
    /// <summary>The most for one plan: a second or a few. Natural patterns take less than a fifth of it.</summary>
    public const long Usual = 50_000_000;

    /// <summary>How many steps were taken.</summary>
    public long Spent { get; private set; }

    /// <summary>Takes some steps.</summary>
    /// <exception cref="InvalidInputException">They are more than are left.</exception>
    public void Spend(long steps)
    {
        Spent += steps;
        if (Spent > most)
        {
            throw new InvalidInputException(
                InputKind.Usage, $"regex: found a pattern whose automaton takes more than {most:N0} steps to make for this model; expected a smaller one, with fewer or shorter repetitions");
        }
        cancellationToken.ThrowIfCancellationRequested();
    }
}
