using TextVae.Data;
using TextVae.Evaluation;
using TextVae.Models;
using TextVae.Runs;

namespace TextVae.Training;

/// <summary>What a run begins with.</summary>
/// <param name="Run">Where it is saved.</param>
/// <param name="Recipe">All its settings.</param>
/// <param name="Corpus">Its data.</param>
/// <param name="Model">Its model.</param>
/// <param name="StepsDone">Steps done: 0, or those of the checkpoint it resumes from; all of them where the run is done already.</param>
/// <param name="OwesValidation">Whether the last of them is still to be validated, as the run was stopped during that.</param>
public sealed record TrainingStart(RunFolder Run, Recipe Recipe, Corpus Corpus, TextVaeModel Model, long StepsDone, bool OwesValidation)
{
    /// <summary>Whether there is nothing left to do.</summary>
    public bool IsFinished { get; internal init; } = StepsDone >= Recipe.Training.Steps && !OwesValidation;
}

/// <summary>Training figures, means over the steps since the last report; terms in nats per text, not weighted.</summary>
public sealed record TrainingReport
{
    /// <summary>The last step of the report.</summary>
    public required long Step { get; init; }

    /// <summary>Reconstruction term.</summary>
    public required double Reconstruction { get; init; }

    /// <summary>KL term.</summary>
    public required double Kl { get; init; }

    /// <summary>Auxiliary term.</summary>
    public required double Auxiliary { get; init; }

    /// <summary>Reconstruction, KL and their sum per character.</summary>
    public required BitsPerCharacter BitsPerCharacter { get; init; }

    /// <summary>Auxiliary term per character.</summary>
    public required double AuxiliaryBitsPerCharacter { get; init; }

    /// <summary>Weight of the KL term at <see cref="Step"/>.</summary>
    public required double Beta { get; init; }

    /// <summary>Adam's learning rate at <see cref="Step"/>.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Characters trained on, per second of wall time.</summary>
    public required double CharactersPerSecond { get; init; }

    /// <summary>Seconds trained, over all sittings.</summary>
    public required double Seconds { get; init; }
}

/// <summary>A validation.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Beta">Weight of the KL term at that step.</param>
/// <param name="Result">The figures.</param>
/// <param name="Best">Whether these weights are now the ones to use.</param>
/// <param name="Reconstructions">Some validation texts, decoded greedily from the posterior's mean.</param>
/// <param name="Samples">Some texts, decoded greedily from the prior.</param>
/// <param name="Advice">Overrides to try if the posterior collapses (<see cref="CollapseAdvice"/>), each perhaps of several keys; null while it is in use, and while the KL weight is not yet what it shall be.</param>
public sealed record ValidationReport(
    long Step, double Beta, EvaluationResult Result, bool Best,
    IReadOnlyList<Reconstruction> Reconstructions, IReadOnlyList<string> Samples,
    IReadOnlyList<string>? Advice)
{
    /// <summary>The share of the characters that the reconstructions of some validation texts have right: 1 less the normalised edit distance. Null for a language model.</summary>
    public double? ReconstructedCharacters { get; init; }

    /// <summary>Whether the latent vector is in use, in words; null while that cannot be told yet.</summary>
    public string? Verdict { get; init; }
}

/// <summary>Something that the run decided by itself.</summary>
/// <param name="Step">After which step.</param>
/// <param name="Key">The key of the recipe that asked for it.</param>
/// <param name="Text">What and why.</param>
public sealed record Decision(long Step, string Key, string Text);

/// <summary>Is told how training goes, on the thread that trains. Every method does nothing unless it is implemented.</summary>
public interface ITrainingObserver
{
    /// <summary>Before the first step; of a run that is done already, too.</summary>
    void Started(TrainingStart start) { }

    /// <summary>After each step.</summary>
    void Stepped(long step) { }

    /// <summary>Every <see cref="TrainingConfig.ReportEvery"/> steps.</summary>
    void Reported(TrainingReport report) { }

    /// <summary>While a validation runs: texts done, of how many.</summary>
    void Validating(long texts, long of) { }

    /// <summary>After a validation.</summary>
    void Validated(ValidationReport report) { }

    /// <summary>When the run has decided something by itself, after a validation.</summary>
    void Decided(Decision decision) { }

    /// <summary>At the beginning of a resumed run or at the end of a finished one: something that its user should know, in one line.</summary>
    void Noted(string note) { }

    /// <summary>When something beside the training has failed, such as a log that cannot be written; training goes on. In one line.</summary>
    void Warned(string warning) { }

    /// <summary>After a checkpoint.</summary>
    void Saved(long step) { }
}
