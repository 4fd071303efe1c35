using System.Diagnostics.CodeAnalysis;
using TextVae.Platform;

namespace TextVae.Tests;

/// <summary>Ranks that are threads of this process, for what is the same however ranks meet.</summary>
internal sealed class ThreadRanks : Ranks
{
    private readonly Meeting _meeting;

    private ThreadRanks(Meeting meeting, int rank) => (_meeting, Rank) = (meeting, rank);

    public override int Rank { get; }

    public override int Count => _meeting.Count;

    /// <summary>Runs what each of some ranks does, each on a thread of its own, and returns what each has come to.</summary>
    public static T[] Run<T>(int count, Func<Ranks, T> work)
    {
        var meeting = new Meeting(count);
        var (results, failures) = (new T[count], new List<Exception>());
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadRanks(meeting, rank));
            }
            catch (Exception failure)
            {
                lock (failures)
                {
                    failures.Add(failure);
                }
                meeting.Break();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return failures.Count == 0 ? results : throw failures[0]; // later ones may be of those that waited for it
    }

    /// <summary>One of several, which does not meet the others.</summary>
    public static Ranks One(int rank, int count) => new ThreadRanks(new Meeting(count), rank);

    public override unsafe void Sum(float* values, long count) => Sum<float>(new Span<float>(values, (int)count));

    public override unsafe void Sum(double* values, long count) => Sum<double>(new Span<double>(values, (int)count));

    public override unsafe void Broadcast(byte* bytes, long count) =>
        ((byte[])_meeting.Exchange(Rank, new Span<byte>(bytes, (int)count).ToArray())[0]).CopyTo(new Span<byte>(bytes, (int)count));

    public override void Barrier() => _meeting.Exchange(Rank, new object());

    public override void Finish()
    {
    }

    [DoesNotReturn]
    public override void Abort(int exitCode) => throw new InvalidOperationException($"aborted with {exitCode}");

    private void Sum<T>(Span<T> values)
        where T : unmanaged, System.Numerics.INumber<T>
    {
        var all = _meeting.Exchange(Rank, values.ToArray());
        values.Clear();
        foreach (var given in all.Cast<T[]>())
        {
            System.Numerics.Tensors.TensorPrimitives.Add(values, given, values);
        }
    }

    private sealed class Meeting(int count)
    {
        private object[] _given = new object[count];
        private object[] _all = [];
        private int _come;
        private long _number;
        private bool _broken;

        public int Count => count;

        public object[] Exchange(int rank, object own)
        {
            lock (this)
            {
                var number = _number;
                _given[rank] = own;
                if (++_come == count)
                {
                    (_all, _given, _come, _number) = (_given, new object[count], 0, number + 1);
                    Monitor.PulseAll(this);
                }
                while (_number == number)
                {
                    if (_broken)
                    {
                        throw new InvalidOperationException("another rank failed");
                    }
                    Monitor.Wait(this);
                }
                return _all;
            }
        }

        public void Break()
        {
            lock (this)
            {
                _broken = true;
                Monitor.PulseAll(this);
            }
        }
    }
}
