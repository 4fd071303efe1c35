using System.Runtime.InteropServices;
using TextVae.Training;

namespace TextVae.Cli;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks to save and stop, a second ends the program as it would without us, and so does one
/// before a training has started, when there is nothing to save.
/// </summary>
internal sealed class StopSignal : ITrainingObserver, IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration[] _registrations = [];

    public CancellationToken Token => _source.Token;

    /// <summary>128 + the signal's number, or 0 where none came.</summary>
    public int ExitCode { get; private set; }

    /// <summary>For work that can be stopped from now on.</summary>
    public static StopSignal Listening()
    {
        var signal = new StopSignal();
        signal.Listen();
        return signal;
    }

    public void Started(TrainingStart start) => Listen();

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _source.Dispose();
    }

    private void Listen() => _registrations = [On(PosixSignal.SIGINT, 130), On(PosixSignal.SIGTERM, 143)];

    private PosixSignalRegistration On(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = ExitCode == 0;
        ExitCode = exitCode;
        _source.Cancel();
    });
}
