using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TextVae;
using TextVae.Platform;
using static TorchSharp.torch;

// In this process: BenchmarkDotNet would build a project for each run, and each would have 500 MB of libtorch beside it.
ProcessTuning.Apply();
NativeTorch.Prepare();
set_num_threads(Environment.ProcessorCount);
var config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(2).WithIterationCount(12))
    .AddColumn(StatisticColumn.Median, StatisticColumn.Min);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
