using TextVae.Evaluation;
using TextVae.Storage;
using TorchSharp;
using TorchSharp.Modules;

namespace TextVae.Training;

/// <summary>Writes TensorBoard scalars and texts into <c>tensorboard/</c>; terms in bits per character.</summary>
internal sealed class TensorBoardLog : ITrainingObserver
{
    private SummaryWriter? _writer;

    /// <inheritdoc/>
    public void Started(TrainingStart start) =>
        _writer = start.IsFinished ? null : torch.utils.tensorboard.SummaryWriter(start.Run.At("tensorboard")); // which creates a file at once

    /// <inheritdoc/>
    public void Reported(TrainingReport report)
    {
        Add("training", report.BitsPerCharacter, report.Step);
        Add("training/auxiliary_bits_per_character", report.AuxiliaryBitsPerCharacter, report.Step);
        Add("training/beta", report.Beta, report.Step);
        Add("training/learning_rate", report.LearningRate, report.Step);
        Add("training/gradient_norm", report.GradientNorm, report.Step);
        Add("training/characters_per_second", report.CharactersPerSecond, report.Step);
    }

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        Add("validation", report.Result.BitsPerCharacter, report.Step);
        Add("validation/active_units", report.Result.ActiveUnits, report.Step);
        Add("validation/mutual_information", report.Result.MutualInformation, report.Step);
        if (report.Result.RandomLatentGap is { } gap)
        {
            Add("validation/random_latent_gap", gap, report.Step);
        }
        Add("validation/samples", report.Samples, report.Step);
        Add("validation/reconstructions", report.Reconstructions.Select(pair => $"{pair.Text}  \n→ {pair.Reconstructed}"), report.Step);
    }

    private void Add(string group, BitsPerCharacter bits, long step)
    {
        Add($"{group}/reconstruction_bits_per_character", bits.Reconstruction, step);
        Add($"{group}/kl_bits_per_character", bits.Kl, step);
        Add($"{group}/total_bits_per_character", bits.Total, step);
    }

    private void Add(string tag, IEnumerable<string> lines, long step) => Write(writer => writer.add_text(tag, string.Join("  \n", lines), (int)step));

    private void Add(string tag, double value, long step) => Write(writer => writer.add_scalar(tag, (float)value, (int)step));

    private void Write(Action<SummaryWriter> write)
    {
        if (_writer is not { } writer)
        {
            return;
        }
        try
        {
            write(writer);
        }
        catch (Exception error) when (Disk.IsToBlame(error))
        {
            _writer = null; // TensorBoard reads nothing behind half an event
            throw new InvalidInputException(InputKind.RunFolder, $"{writer.LogDir}: not written, {Disk.Reason(error)}", error);
        }
    }
}
