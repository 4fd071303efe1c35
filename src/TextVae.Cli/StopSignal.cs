using System.Runtime.InteropServices;
using TextVae.Training;

namespace TextVae.Cli;

/// <summary>
/// Ctrl-C and SIGTERM while a run trains: the first asks to save and stop, a second ends the program as it would without
/// us, and so does one before the training, when there is nothing to save.
/// </summary>
internal sealed class StopSignal : ITrainingObserver
{
    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration[] _registrations = [];

    public CancellationToken Token => _source.Token;

    /// <summary>128 + the signal's number, or 0 where none came.</summary>
    public int ExitCode { get; private set; }

    public void Started(TrainingStart start) => _registrations = [On(PosixSignal.SIGINT, 130), On(PosixSignal.SIGTERM, 143)];

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _source.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = ExitCode == 0;
        ExitCode = exitCode;
        _source.Cancel();
    });
}
