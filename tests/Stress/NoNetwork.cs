using System.Diagnostics;

namespace TextVae.Stress;

/// <summary>What the system sees of the program's sockets.</summary>
internal sealed class NoNetwork : IPromise
{
    public string Name => "network";

    public string Promise => "Nothing reaches the network";

    public string Test => "`strace -f -e trace=socket` on training, sampling, scoring, encoding, `info` and `doctor`: no socket of the internet's families; a test holds that neither assembly names a type of `System.Net`";

    public string Try(Dose dose)
    {
        if (!File.Exists("/usr/bin/strace"))
        {
            return "not tested on this machine, which has no strace";
        }
        using var folder = TinyModel.Hybrid.Prepare();
        string[][] commands =
        [
            TinyModel.Hybrid.Train("run"), ["sample", "run"], ["score", "run", "--data", "animals.txt"],
            ["encode", "run", "--data", "animals.txt", "--out", "x.jsonl"], ["info", "run"], ["doctor"],
        ];
        var calls = commands.Sum(command => SocketCalls(folder, command));
        return $"{commands.Length} commands, {calls} sockets of the system's own (AF_UNIX), 0 of the internet";
    }

    private static int SocketCalls(TemporaryFolder folder, string[] command)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "TextVae.Cli");
        TextVaeProcess.Run(folder, new ProcessStartInfo("strace", ["-f", "-qq", "-e", "trace=socket", "-o", folder["calls"], program, .. command])).Succeeded();
        var calls = File.ReadAllLines(folder["calls"]).Where(line => line.Contains("socket(", StringComparison.Ordinal)).ToList();
        Assert.Equal([], calls.Where(line => line.Contains("AF_INET", StringComparison.Ordinal)));
        return calls.Count;
    }
}
