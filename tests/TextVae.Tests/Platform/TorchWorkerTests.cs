using TextVae.Platform;

namespace TextVae.Tests.Platform;

public class TorchWorkerTests
{
    [Fact]
    public void All_work_is_done_on_one_thread_that_is_not_the_caller_s()
    {
        using var worker = new TorchWorker();
        var threads = new int[50];
        Parallel.For(0, threads.Length, index => threads[index] = worker.Run(() => Environment.CurrentManagedThreadId));
        Assert.Single(threads.Distinct());
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
    }

    [Fact]
    public void What_work_throws_is_thrown_to_who_asked_and_to_nobody_else()
    {
        using var worker = new TorchWorker();
        var error = Assert.Throws<InvalidInputException>(() => worker.Run<int>(() => throw new InvalidInputException(InputKind.Data, "no")));
        Assert.Equal("no", error.Message);
        Assert.Equal(3, worker.Run(() => 3));
    }

    [Fact]
    public void Work_may_ask_for_work()
    {
        using var worker = new TorchWorker();
        Assert.Equal(3, worker.Run(() => worker.Run(() => 3)));
    }

    [Fact]
    public void After_its_end_it_takes_no_more()
    {
        var worker = new TorchWorker();
        worker.Dispose();
        Assert.Throws<ObjectDisposedException>(() => worker.Run(() => 3));
    }
}
