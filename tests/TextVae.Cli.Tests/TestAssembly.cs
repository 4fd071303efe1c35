[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)] // most of a child process is its start, which has one core
[assembly: AssemblyFixture(typeof(TextVae.Cli.Tests.TrainedRun))]
