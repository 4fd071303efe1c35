namespace TextVae.Tests;

/// <summary>Keeps what it is told, at once, where <see cref="Progress{T}"/> is told late and out of order.</summary>
internal sealed class Told<T>(Action<T>? then = null) : IProgress<T>
{
    public List<T> Reports { get; } = [];

    public void Report(T value)
    {
        Reports.Add(value);
        then?.Invoke(value);
    }
}
