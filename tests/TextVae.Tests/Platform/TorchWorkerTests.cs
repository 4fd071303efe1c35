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

    [Fact]
    public async Task Work_that_is_cancelled_while_it_waits_is_not_done_and_nobody_waits_for_it()
    {
        using var worker = new TorchWorker();
        using var gate = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var done = false;
        var before = worker.RunAsync(() => { gate.Wait(); return 1; });
        var cancelled = worker.RunAsync(() => done = true, stop.Token);

        Assert.False(before.IsCompleted); // asking holds no thread of ours
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        gate.Set();
        Assert.Equal(1, await before);
        Assert.Equal(3, worker.Run(() => 3));
        Assert.False(done);
    }

    [Fact]
    public async Task What_work_throws_comes_out_of_its_task()
    {
        using var worker = new TorchWorker();
        await Assert.ThrowsAsync<InvalidInputException>(() => worker.RunAsync<int>(() => throw new InvalidInputException(InputKind.Data, "no")));
    }
}
