using Microsoft.Extensions.Logging;

namespace TextVae.Tests;

/// <summary>A log that keeps its lines: level, message and exception.</summary>
internal sealed class TestLog : ILogger, ILoggerFactory
{
    private readonly List<(LogLevel Level, string Text, Exception? Failure)> _lines = [];

    public IReadOnlyList<(LogLevel Level, string Text, Exception? Failure)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IEnumerable<string> Texts => Lines.Select(line => line.Text);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((logLevel, formatter(state, exception), exception));
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
