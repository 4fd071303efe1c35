using Microsoft.Extensions.Logging;

namespace TextVae.Generation;

/// <summary>What a session says in a log.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1, LogLevel.Information, "Loaded model {Model} from {Path}: {Parameters} parameters, on {Device}, in {Seconds:F1} s")]
    public static partial void Loaded(ILogger logger, string model, string path, long parameters, string device, double seconds);

    [LoggerMessage(2, LogLevel.Information, "Freed model {Model}")]
    public static partial void Freed(ILogger logger, string model);

    [LoggerMessage(3, LogLevel.Error, "A request of model {Model} failed for no fault of the caller's")]
    public static partial void RequestFailed(ILogger logger, Exception failure, string model);
}
