#:project ../src/TextVae/TextVae.csproj
#:package libtorch-cpu-linux-x64
#:property PublishAot=false

// Forward and backward of one LayerNormLstm, plain and fused, in turns: dotnet run -c Release benchmarks/lstm.cs [ROUNDS]

using System.Diagnostics;
using TextVae.Layers;
using TextVae.Platform;
using static TorchSharp.torch;

NativeTorch.Prepare();
set_num_threads(Environment.ProcessorCount);
var rounds = args.Length > 0 ? int.Parse(args[0]) : 9;
foreach (var (time, batch, hidden) in new[] { (60, 64, 500), (128, 32, 1000) })
{
    var layer = new LayerNormLstm(hidden);
    var projected = randn(time, batch, 4 * hidden).requires_grad_();
    var gradient = randn(time, batch, hidden);
    var ways = new (string Name, MatrixPrecision Precision, Func<Tensor> Outputs)[]
    {
        ("plain float32", MatrixPrecision.Float32, () => layer.UnrollPlain(projected).Outputs),
        ("fused float32", MatrixPrecision.Float32, () => layer.forward(projected)),
        ("fused bfloat16", MatrixPrecision.BFloat16, () => layer.forward(projected)),
    };
    var times = ways.ToDictionary(way => way.Name, _ => new List<double>());
    for (var round = -2; round < rounds; round++)
    {
        foreach (var (name, precision, outputs) in ways)
        {
            layer.Precision = precision;
            var watch = Stopwatch.StartNew();
            using (NewDisposeScope())
            {
                outputs().backward([gradient]);
                projected.grad = null;
                layer.zero_grad(set_to_none: true);
            }
            if (round >= 0) // the first rounds compile
            {
                times[name].Add(watch.Elapsed.TotalMilliseconds);
            }
        }
    }
    foreach (var (name, all) in times)
    {
        all.Sort();
        Console.WriteLine($"T={time} B={batch} H={hidden} {name}: median {all[all.Count / 2]:F0} ms, fastest {all[0]:F0} ms");
    }
}
