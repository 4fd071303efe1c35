using System.Runtime.ExceptionServices;
using TextVae.Platform;
using static TorchSharp.torch;

namespace TextVae.Kernels;

/// <summary>
/// Workers that each take a share of a batch through a whole training step, every one on a thread of its own on which
/// libtorch's operations are single-threaded; the first is the calling thread. They wait for each other only where they add up
/// (<see cref="Member.Sum"/>), so two runs on one machine disturb each other little. A single worker leaves libtorch's
/// operations all their threads. Where several ranks train together, the workers of all of them share the batch, and add up over all.
/// </summary>
internal sealed class WorkerTeam : IDisposable
{
    [ThreadStatic]
    private static Member? member;

    private readonly Meeting _begin, _end, _sum;
    private readonly Member[] _members;
    private readonly List<Tensor> _shared = [];
    private double[] _total = [];
    private Action<int>? _work;
    private ExceptionDispatchInfo? _failure;

    /// <param name="count">Workers of this process.</param>
    /// <param name="ranks">Who has more of them; each makes its team at the same time. Null where there are no others.</param>
    public WorkerTeam(int count, Ranks? ranks = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        Ranks = ranks ?? Ranks.Alone;
        var counts = Ranks.Gather(count);
        (First, All) = ((int)counts[..Ranks.Rank].Sum(), (int)counts.Sum());
        (_begin, _end, _sum) = (new Meeting(count), new Meeting(count), new Meeting(count));
        _members = [.. Enumerable.Range(0, count).Select(number => new Member(this, number))];
        foreach (var worker in _members.Skip(1))
        {
            new Thread(() => Serve(worker)) { IsBackground = true, Name = $"worker {worker.Number}" }.Start();
        }
    }

    /// <summary>The processes whose workers share a batch.</summary>
    public Ranks Ranks { get; }

    /// <summary>Workers of this process.</summary>
    public int Count => _members.Length;

    /// <summary>Workers of all ranks.</summary>
    public int All { get; }

    /// <summary>How many of those are of lower ranks.</summary>
    public int First { get; }

    /// <summary>The place of the calling thread in its team; null where it is in none, or no other thread shares its batch.</summary>
    public static Member? Current => member;

    /// <summary>Calls <paramref name="work"/> once for each worker, with its number, and returns when all are done.</summary>
    /// <exception cref="Exception">The first that a worker threw; the team is of no use then.</exception>
    public void Run(Action<int> work)
    {
        if (All == 1)
        {
            work(0);
            return;
        }
        _work = work;
        _begin.Wait();
        using (Count > 1 ? ThreadTeam.ComputeAlone() : null)
        {
            Work(_members[0]);
        }
        _end.Wait();
        _shared.ForEach(tensor => tensor.Dispose());
        _shared.Clear();
        _failure?.Throw();
    }

    /// <summary>Calls <c>body(first, end, worker)</c> once for each worker with its share of a number of rows.</summary>
    public void Split(int rows, Action<int, int, int> body)
    {
        if (Count == 1)
        {
            ThreadTeam.Run(rows, body);
            return;
        }
        Run(worker => body(ThreadTeam.Bound(rows, worker, Count), ThreadTeam.Bound(rows, worker + 1, Count), worker));
    }

    /// <summary>How many threads <see cref="Split"/> shares rows among.</summary>
    public int Threads(int rows) => Count == 1 ? ThreadTeam.Workers(rows) : Count;

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (Count > 1 && _failure is null)
        {
            _work = null;
            _begin.Wait();
        }
    }

    private void Serve(Member worker)
    {
        _ = ThreadTeam.ComputeAlone();
        for (_begin.Wait(); _work is not null; _begin.Wait())
        {
            Work(worker);
            _end.Wait();
            if (_failure is not null)
            {
                return;
            }
        }
    }

    private void Work(Member worker)
    {
        try
        {
            member = worker;
            worker.Begin();
            _work!(worker.Number);
        }
        catch (Exception failure) // Run throws it
        {
            _ = Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
            _sum.Break(); // nobody waits for a worker that does not come
        }
        finally
        {
            member = null;
        }
    }

    /// <summary>A worker's place in its team.</summary>
    internal sealed class Member(WorkerTeam team, int number)
    {
        private readonly double[][] _given = [[], []]; // by turns, as others still read what was given last
        private int _turn, _taken;

        /// <summary>In its process, from 0.</summary>
        public int Number => number;

        /// <summary>Workers that share the batch, those of other ranks too.</summary>
        public int Count => team.All;

        /// <summary>Begins a run.</summary>
        public void Begin() => _taken = 0;

        /// <summary>
        /// One tensor for all workers of the process, who each fill their part of its rows: what all need and each would else make for itself. It
        /// lives until the run ends. All must call it in the same order.
        /// </summary>
        /// <param name="make">Makes the tensor, with nothing in it yet; called by one of them.</param>
        /// <param name="rows">Rows to fill.</param>
        /// <param name="fill">Fills some of them, from the first to before the last.</param>
        public Tensor Fill(Func<Tensor> make, int rows, Action<Tensor, int, int> fill)
        {
            if (number == 0)
            {
                team._shared.Add(make().DetachFromDisposeScope());
            }
            team._sum.Wait();
            var tensor = team._shared[_taken++];
            fill(tensor, ThreadTeam.Bound(rows, number, team.Count), ThreadTeam.Bound(rows, number + 1, team.Count));
            team._sum.Wait();
            return tensor;
        }

        /// <summary>
        /// Adds up what all workers give, in the order of their numbers, and then over the ranks: the same to the bit for each. All
        /// must call it, with as many values, the same number of times.
        /// </summary>
        /// <param name="values">What this worker gives; the sums when it returns.</param>
        public void Sum(Span<double> values)
        {
            _turn ^= 1;
            if (_given[_turn].Length < values.Length)
            {
                _given[_turn] = new double[values.Length];
            }
            values.CopyTo(_given[_turn]);
            team._sum.Wait();
            values.Clear();
            foreach (var other in team._members)
            {
                System.Numerics.Tensors.TensorPrimitives.Add(values, other._given[_turn].AsSpan(0, values.Length), values);
            }
            if (team.Ranks.Count > 1)
            {
                SumOverRanks(values);
            }
        }

        /// <summary>The first worker asks the other ranks for all of its process.</summary>
        private void SumOverRanks(Span<double> values)
        {
            if (number == 0)
            {
                team.Ranks.Sum(values);
                team._total = values.ToArray(); // the last ones may still be read
            }
            team._sum.Wait();
            team._total.CopyTo(values);
        }
    }

    /// <summary>Where a number of threads wait until all of them have come: a moment spinning, then asleep.</summary>
    private sealed class Meeting(int count)
    {
        private const int Spins = 5_000; // of which most give the core to whoever wants it
        private readonly object _gate = new();
        private int _come;
        private volatile int _number;
        private volatile bool _broken;

        public void Wait()
        {
            var number = _number;
            if (Interlocked.Increment(ref _come) == count)
            {
                _come = 0;
                lock (_gate)
                {
                    _number = number + 1;
                    Monitor.PulseAll(_gate);
                }
                return;
            }
            var spin = new SpinWait();
            for (var turn = 0; turn < Spins && _number == number && !_broken; turn++)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
            lock (_gate)
            {
                while (_number == number && !_broken)
                {
                    _ = Monitor.Wait(_gate);
                }
            }
            if (_number == number)
            {
                throw new OperationCanceledException("another worker failed");
            }
        }

        public void Break()
        {
            lock (_gate)
            {
                _broken = true;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
