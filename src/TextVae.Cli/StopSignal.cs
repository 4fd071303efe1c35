using System.Runtime.InteropServices;
using TextVae.Training;

namespace TextVae.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and SIGHUP: the first asks to stop, a second ends the program as it would without us. So does the first one
/// where there is nothing to keep, as before a training has started; and work that does not answer soon is ended.
/// </summary>
internal sealed class StopSignal : ITrainingObserver, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3); // Docker kills after 10

    private readonly CancellationTokenSource _source = new();
    private readonly Action? _beforeEnd;
    private readonly PosixSignalRegistration[] _registrations;
    private volatile Patience _patience;

    private StopSignal(Patience patience, Action? beforeEnd = null)
    {
        (_patience, _beforeEnd) = (patience, beforeEnd);
        _registrations = [On(PosixSignal.SIGHUP, 129), On(PosixSignal.SIGINT, 130), On(PosixSignal.SIGTERM, 143)];
    }

    private enum Patience
    {
        None,
        Short,
        Endless,
    }

    public CancellationToken Token => _source.Token;

    /// <summary>128 + the signal's number, or 0 where none came.</summary>
    public int ExitCode { get; private set; }

    /// <summary>For work that can be stopped from now on.</summary>
    public static StopSignal Listening() => new(Patience.Short);

    /// <summary>For work that keeps nothing, or nothing yet: the first signal ends the program.</summary>
    /// <param name="beforeEnd">What is done before that.</param>
    public static StopSignal AtOnce(Action? beforeEnd = null) => new(Patience.None, beforeEnd);

    /// <summary>From here on there is something to keep or to tidy up, whatever time that takes.</summary>
    public void WaitForWork() => _patience = Patience.Endless;

    public void Started(TrainingStart start) => WaitForWork();

    public void Dispose()
    {
        _patience = Patience.Endless;
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
        _source.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        if (context.Cancel)
        {
            return; // somebody who began later has something to keep
        }
        if (ExitCode == 0 && _patience != Patience.None)
        {
            (context.Cancel, ExitCode) = (true, exitCode);
            StandardStreams.StopWaiting();
            _source.Cancel();
            _ = Task.Delay(Soon).ContinueWith(_ => EndUnlessWaitedFor(), TaskScheduler.Default);
            return;
        }
        _beforeEnd?.Invoke();
        if (Environment.ProcessId == 1) // A container's first process is not ended by the system.
        {
            End(exitCode);
        }
    });

    private void EndUnlessWaitedFor()
    {
        if (_patience != Patience.Endless)
        {
            End(ExitCode);
        }
    }

    /// <summary>At once: what computes now would not survive an orderly end.</summary>
    private static void End(int exitCode)
    {
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(exitCode);
        }
        Exit(exitCode);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void Exit(int exitCode);
}
