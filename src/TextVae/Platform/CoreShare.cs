using System.IO.Hashing;
using System.Text;

namespace TextVae.Platform;

/// <summary>How many of the machine's cores are a process's own where several ranks run on it.</summary>
internal static class CoreShare
{
    private const string Status = "/proc/self/status";
    private const string Allowed = "Cpus_allowed_list:";

    /// <summary>
    /// Threads for a process: the cores that it may use, shared with the other ranks that may use the same ones, as they all may
    /// where the launcher binds none. At least 1. All ranks come here.
    /// </summary>
    public static int Threads(Ranks ranks)
    {
        if (ranks.Count == 1)
        {
            return Environment.ProcessorCount;
        }
        var own = (double)(Place() >> 11); // as many bits as a double holds
        return int.Max(1, Environment.ProcessorCount / ranks.Gather(own).Count(other => other == own));
    }

    /// <summary>A number for the machine, as its name tells it, and the cores on it.</summary>
    private static ulong Place()
    {
        var cores = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Allowed, StringComparison.Ordinal)) : null;
        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{Environment.MachineName} {cores}"));
    }
}
