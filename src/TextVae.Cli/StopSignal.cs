using System.Runtime.InteropServices;

namespace TextVae.Cli;

/// <summary>Ctrl-C and SIGTERM: the first asks to save and stop, a second ends the program as it would without us.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public StopSignal() => _registrations = [On(PosixSignal.SIGINT, 130), On(PosixSignal.SIGTERM, 143)];

    public CancellationToken Token => _source.Token;

    /// <summary>128 + the signal's number, or 0 where none came.</summary>
    public int ExitCode { get; private set; }

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
