using System.Text;
using TextVae.Storage;

namespace TextVae.Training;

/// <summary>Writes the run folder's README.md: what the model is, how good it is, how to use it.</summary>
internal sealed class ModelCard : ITrainingObserver
{
    private const string Name = "README.md";

    private TrainingStart? _start;
    private ValidationReport? _validation;

    /// <inheritdoc/>
    public void Started(TrainingStart start) => _start = start;

    /// <inheritdoc/>
    public void Validated(ValidationReport report) => _validation = report;

    /// <inheritdoc/>
    public void Saved(long step)
    {
        var card = Write(_start!, _validation, step);
        AtomicFile.Write(_start!.Run.At(Name), stream => stream.Write(Encoding.UTF8.GetBytes(card)));
    }

    private static string Write(TrainingStart start, ValidationReport? validation, long step)
    {
        var shape = start.Model.Shape;
        var training = start.Run.ReadTraining();
        var card = new StringBuilder(FormattableString.Invariant($"""
            ---
            library_name: textvae
            pipeline_tag: text-generation
            tags:
            - textvae
            - text-generation
            - variational-autoencoder
            ---

            # {training.RecipeName}

            A variational autoencoder for texts of up to {shape.Length} tokens, trained with TextVae: {start.Model.ParameterCount:N0} parameters,
            {shape.Vocabulary:N0} tokens, {shape.Latent} latent dimensions, {step:N0} of {start.Recipe.Training.Steps:N0} steps of {start.Recipe.Training.BatchSize} texts.

            Data: {training.SourceNamesInWords} (fingerprint `{training.DataFingerprint}`).
            Machine: {training.Machine?.Processor}, {training.Machine?.LogicalCores} cores. The whole configuration is in `training.json`, the course of training in `metrics.jsonl` and `tensorboard/`.


            """));
        if (validation is not null)
        {
            var (result, bits) = (validation.Result, validation.Result.BitsPerCharacter);
            card.AppendLine(FormattableString.Invariant($"""
                Validation after step {validation.Step:N0}, KL weight {validation.Beta:0.###}, on {result.Texts:N0} texts:

                | | nats per text | bits per character |
                |---|---|---|
                | reconstruction | {result.Reconstruction:F2} | {bits.Reconstruction:F4} |
                | KL | {result.Kl:F2} | {bits.Kl:F4} |
                | bound | {-result.Elbo:F2} | {bits.Total:F4} |

                The bound is a perplexity of {result.Perplexity:F3} per token{(result.Posterior is { } verdict ? $"; {verdict.Sentence}" : "")}.

                Texts decoded greedily from the prior:

                """));
            foreach (var sample in validation.Samples)
            {
                card.Append("    ").AppendLine(sample.ReplaceLineEndings("⏎"));
            }
        }
        card.AppendLine().AppendLine("Use: `textvae sample`, `textvae reconstruct`, `textvae evaluate` or `textvae info` with this folder, or `TextVaeSession.Load` from C#.");
        return card.ToString();
    }
}
