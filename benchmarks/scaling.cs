#:property PublishAot=false

// A model of a training step over many ranks (docs/scaling.md), from figures that were measured: a Markdown table of ranks, step
// time, efficiency and bytes, and how much of it is waiting for stragglers.
//
//     dotnet run benchmarks/scaling.cs -- --name NAME --compute MS --update MS --parameters N [--batch B] [--fixed MS] [--norms N --columns N]
//         [--bandwidth GB/S] [--latency US] [--spread S] [--validation S --every STEPS] [--strong] [--steps STEPS] [--ranks 1,8,16]
//
// --compute: forward and backward of one rank's texts, milliseconds, with one rank; of the whole batch with --strong, where it is
// shared, and of every rank's batch without, where the batch grows with the ranks. --fixed: what of it does not shrink with
// the texts of a rank (reading the batch, weights through the caches). --update: sums of the workers' gradients, norm and Adam, which each
// rank does whole. --norms: layers with batch normalisation, each of which meets twice a step, --columns: columns of all of them.
// --batch: texts of the batch, of which no rank can have less than one; 0 without --strong.
// --spread: of the logarithm of one rank's compute time from step to step. A step waits for the slowest rank.
//
// The sum over ranks is the better of two known algorithms (Thakur, Rabenseifner and Gropp 2005), for n bytes over p ranks with
// latency a and bandwidth b: recursive doubling, log2(p) (a + n / b), and a ring, 2 (p - 1) a + 2 n (p - 1) / p / b.

using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Seed = 1;
const double MessageBytes = 8; // of a double, in which everything but gradients is summed
var options = new Dictionary<string, string>
{
    ["name"] = "a model", ["compute"] = "100", ["update"] = "5", ["fixed"] = "0", ["parameters"] = "2422870", ["norms"] = "0", ["columns"] = "0", ["batch"] = "0",
    ["bandwidth"] = "1.25", ["latency"] = "20", ["spread"] = "0.05", ["validation"] = "0", ["every"] = "500", ["steps"] = "2000", ["ranks"] = "1,2,8,16,32,64,128,256,512",
};
var strong = false;
for (var index = 0; index < args.Length; index++)
{
    var key = args[index].TrimStart('-');
    if (key == "strong")
    {
        strong = true;
    }
    else if (options.ContainsKey(key) && index + 1 < args.Length)
    {
        options[key] = args[++index];
    }
    else
    {
        Console.Error.WriteLine($"'{args[index]}': expected --strong, or one of {string.Join(", ", options.Keys.Select(name => $"--{name}"))} and its value");
        return 1;
    }
}
double Number(string key) => double.Parse(options[key], NumberStyles.Float);
var (compute, fixedPart, update, batch) = (Number("compute"), Number("fixed"), Number("update"), Number("batch"));
var (bandwidth, latency) = (Number("bandwidth") * 1e6, Number("latency") / 1e3); // bytes and fractions of a millisecond
var (gradient, norms, columns) = (4 * Number("parameters"), Number("norms"), Number("columns"));
var (spread, steps, validation) = (Number("spread"), (int)Number("steps"), 1e3 * Number("validation") / Number("every"));

Console.WriteLine($"{options["name"]}, {(strong ? "one batch shared" : "a batch for each rank")}: compute {compute} ms ({fixedPart} of them whatever the texts), update {update} ms, {gradient / 1e6:N1} MB of gradients, " +
    $"{norms} normalisations with {columns:N0} columns; network {Number("bandwidth")} GB/s, {Number("latency")} µs; spread {spread}{(validation > 0 ? $"; validation {Number("validation")} s each {Number("every"):N0} steps" : "")}.");
Console.WriteLine();
Console.WriteLine("| ranks | compute, ms | stragglers, ms | gradients, ms | statistics, ms | update, ms | step, ms | efficiency | sent by a rank, MB a step | by all, GB/s |");
Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
var random = new Random(Seed);
var alone = compute + update + validation; // of one rank with one batch
foreach (var ranks in options["ranks"].Split(',').Select(int.Parse))
{
    if (strong && batch > 0 && ranks > batch)
    {
        continue; // a rank would have no text
    }
    var share = strong ? (batch > 0 ? Math.Ceiling(batch / ranks) / batch : 1.0 / ranks) : 1;
    var own = fixedPart + (compute - fixedPart) * share;
    var slowest = own * Slowest(ranks) - own;
    // A meeting for each normalisation's moments and another for their gradients; one for the loss and its terms, one for stopping.
    var statistics = norms == 0 ? 0 : norms * (Sum(ranks, MessageBytes * (2 * columns / norms + 1)) + Sum(ranks, MessageBytes * 2 * columns / norms));
    statistics += 2 * Sum(ranks, MessageBytes);
    var gradients = Sum(ranks, gradient);
    var step = own + slowest + gradients + statistics + update + validation;
    var sent = ranks == 1 ? 0 : Sent(ranks, gradient) + Sent(ranks, MessageBytes * 4 * columns);
    var efficiency = strong ? alone / ranks / step : alone / step;
    Console.WriteLine($"| {ranks} | {own:N1} | {slowest:N1} | {gradients:N1} | {statistics:N1} | {update:N1} | {step:N1} | {100 * efficiency:N0}% | {sent / 1e6:N1} | {sent * ranks / 1e6 / step:N1} |");
}
return 0;

double Doubling(int ranks, double bytes) => Math.Ceiling(Math.Log2(ranks)) * (latency + bytes / bandwidth);

double Ring(int ranks, double bytes) => 2 * (ranks - 1) * latency + 2 * bytes * (ranks - 1) / ranks / bandwidth;

double Sum(int ranks, double bytes) => ranks == 1 ? 0 : Math.Min(Doubling(ranks, bytes), Ring(ranks, bytes));

double Sent(int ranks, double bytes) => Doubling(ranks, bytes) < Ring(ranks, bytes) ? Math.Ceiling(Math.Log2(ranks)) * bytes : 2 * bytes * (ranks - 1) / ranks;

// The mean over steps of the slowest rank's time, where a rank's is 1 on average.
double Slowest(int ranks)
{
    var sum = 0.0;
    if (ranks == 1)
    {
        return 1;
    }
    for (var step = 0; step < steps; step++)
    {
        var most = 0.0;
        for (var rank = 0; rank < ranks; rank++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            most = Math.Max(most, Math.Exp(spread * normal - spread * spread / 2));
        }
        sum += most;
    }
    return sum / steps;
}
