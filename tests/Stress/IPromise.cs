namespace TextVae.Stress;

/// <summary>Something that users may rely on, and how it is put to the test: a row of docs/reliability.md.</summary>
internal interface IPromise
{
    /// <summary>What <c>--only</c> calls it.</summary>
    string Name { get; }

    /// <summary>What is promised, in a sentence.</summary>
    string Promise { get; }

    /// <summary>How it is tested, in a sentence.</summary>
    string Test { get; }

    /// <summary>Puts it to the test.</summary>
    /// <returns>What was measured.</returns>
    /// <exception cref="Exception">It was broken; the message says how.</exception>
    string Try(Dose dose);
}
