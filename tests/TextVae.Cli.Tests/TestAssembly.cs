[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // torch wants the cores to itself
[assembly: AssemblyFixture(typeof(TextVae.Cli.Tests.TrainedRun))]
