using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace TextVae.Stress;

/// <summary>The fuzzing tests of the library, with as many mutations as one has time for.</summary>
internal sealed class Mutations : IPromise
{
    private const double Slowest = 1; // seconds

    // Beside this program's own folder, of the same configuration.
    private static readonly string Tests = Path.Combine(AppContext.BaseDirectory.Replace("/tests/Stress/", "/tests/TextVae.Tests/", StringComparison.Ordinal), "TextVae.Tests");

    public string Name => "mutations";

    public string Promise => "A damaged file is refused in one line or serves, within a second and 64 MB, whichever of the run folder, the archive and the cache it is";

    public string Test => "the fuzzing tests (CsCheck) in process: bits, bytes, cuts, repetitions, JSON values and keys exchanged, doubled, left out, also in the headers of weights; each file read after each";

    public string Try(Dose dose)
    {
        using var folder = new TemporaryFolder();
        var start = new ProcessStartInfo(Tests, ["-noLogo", "-noColor", "-class", "*FuzzTests", "-result-xml", folder["results.xml"]]) { RedirectStandardOutput = true };
        start.Environment["TEXTVAE_FUZZ"] = dose.Of(small: 1_000, full: 25_000).ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        var seen = XDocument.Load(folder["results.xml"]).Descendants("output").Select(one => JsonSerializer.Deserialize<Seen>(one.Value, JsonSerializerOptions.Web)!).ToList();
        var slowest = seen.Max(one => one.Slowest);
        Assert.True(slowest <= Slowest, $"one took {slowest:F2} s; expected at most {Slowest} s");
        var (mutations, refused) = (seen.Sum(one => one.Mutations), seen.Sum(one => one.Refused));
        return $"{mutations:N0} mutations of {seen.Sum(one => one.Files)} files: {refused:N0} refused in one line, {mutations - refused:N0} read all the same, none crashed; the slowest took {slowest:F2} s; at most {seen.Max(one => one.Growth) >> 20} MB more memory";
    }

    /// <summary>What a fuzzing test says of itself.</summary>
    private sealed record Seen(int Mutations, int Files, int Refused, double Slowest, long Growth);
}
