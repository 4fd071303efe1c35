using TextVae.Generation;
using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Generation;

public sealed class DecodingQueueTests : IDisposable
{
    private const int Length = 16;

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly IDisposable _noGradients = no_grad();
    private readonly TextVaeModel _model = TinyWriters.Model("hybrid", length: Length);
    private readonly DecodingBatch _batch;
    private readonly DecodingQueue _queue;

    public DecodingQueueTests()
    {
        _model.eval();
        _batch = new DecodingBatch(_model, _model.Prepare(), CPU);
        _queue = new DecodingQueue(_batch);
    }

    public static TheoryData<string> Kinds => TinyWriters.Kinds;

    public void Dispose()
    {
        _batch.Dispose();
        _noGradients.Dispose();
        _scope.Dispose();
    }

    private static DecodingRequest Request(TextVaeModel model, SamplingOptions options, int count, long first = 0)
    {
        var generator = TinyWriters.Generator(model);
        return new DecodingRequest(generator.Plan(options), count, (from, some) => generator.Prior(some, options.Seed, first + from), first);
    }

    private DecodingRequest Add(SamplingOptions options, int count)
    {
        var request = Request(_model, options, count);
        _queue.Add(request);
        return request;
    }

    private static List<string> Read(DecodingRequest request)
    {
        var texts = new List<string>();
        while (request.TryRead(out var text))
        {
            texts.Add(TinyWriters.Tokenizer.Decode(text!.Tokens));
        }
        return texts;
    }

    private int Places(DecodingRequest request) => _batch.Texts.Count(text => text.Request == request);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Texts_of_any_plans_side_by_side_are_in_their_order_those_of_each_alone(string kind)
    {
        var model = TinyWriters.Model(kind, length: Length);
        model.eval();
        SamplingOptions[] ways =
        [
            new(), new() { Temperature = 1, Seed = 4 }, new() { Temperature = 1, Seed = 5 }, new() { NumBeams = 6 }, new() { NumBeams = 2, Regex = "a?b{1,9}" },
            new() { TopK = 2, TopP = 0.9, NoRepeatNgramSize = 3, Seed = 6 }, new() { MaxLength = 3, Temperature = 2 }, new() { NumBeams = DecodingBatch.Capacity + 1, MaxLength = 4 },
        ];
        int[] counts = [90, 300, 20, 60, 40, 150, 200, 2];
        using var batch = new DecodingBatch(model, model.Prepare(), CPU);
        var queue = new DecodingQueue(batch);
        var requests = ways.Zip(counts, (options, count) => Request(model, options, count)).ToList();
        var most = 0;
        foreach (var request in requests)
        {
            queue.Add(request);
            queue.Step();
            most = int.Max(most, batch.Texts.Select(text => text.Request).Distinct().Count());
        }
        while (requests.Exists(request => !request.IsOver))
        {
            queue.Step();
        }
        Assert.True(most > 2);
        foreach (var (request, (options, count)) in requests.Zip(ways.Zip(counts)))
        {
            using var others = new DecodingBatch(model, model.Prepare(), CPU);
            var alone = new DecodingQueue(others).Run(Request(model, options, count)).Select(text => TinyWriters.Tokenizer.Decode(text.Tokens)).ToList();
            Assert.Equal(count, alone.Count);
            Assert.Equal(alone, Read(request));
        }
    }

    [Fact]
    public void A_caller_that_leaves_frees_its_places_within_a_step()
    {
        var (leaving, staying) = (Add(new SamplingOptions { Regex = ".{15}" }, 10_000), Add(new SamplingOptions { Regex = ".{14}" }, 50));
        _queue.Step();
        Assert.Equal((DecodingBatch.Capacity - 50, 50), (Places(leaving), Places(staying)));
        leaving.Leave();
        _queue.Step();
        Assert.Equal((0, 50, 50), (Places(leaving), Places(staying), _batch.Rows));
        staying.Leave();
        _queue.Step();
        Assert.Equal((0, false), (_batch.Rows, _queue.HasWork));
    }

    [Fact]
    public void A_short_request_waits_for_a_free_place_and_not_for_the_end_of_a_long_one()
    {
        var @long = Add(new SamplingOptions { Temperature = 1 }, 100_000);
        for (var step = 0; step < 5; step++)
        {
            _queue.Step();
        }
        var @short = Add(new SamplingOptions { Regex = ".{15}" }, 3);
        var steps = 0;
        for (; !@short.IsOver && steps < 1000; steps++)
        {
            _queue.Step();
            Read(@long);
        }
        Assert.InRange(steps, Length, 3 * Length);
        Assert.False(@long.IsOver);
    }

    [Fact]
    public void Requests_that_wait_have_their_turns_whatever_their_sizes()
    {
        var first = Add(new SamplingOptions { Regex = ".{15}" }, 10_000);
        _queue.Step();
        Assert.Equal(DecodingBatch.Capacity, Places(first));
        var others = new[] { 10_000, 10_000, 5 }.Select(count => Add(new SamplingOptions { Regex = ".{15}" }, count)).ToList();
        for (var step = 0; step < Length; step++) // until all texts of the first one have ended and others stand in their places
        {
            _queue.Step();
        }
        Assert.Equal(5, Places(others[2]));
        Assert.All(new[] { first, others[0], others[1] }, request => Assert.InRange(Places(request), 83, 84));
    }

    [Fact]
    public void Texts_that_nobody_reads_are_few_and_hold_nobody_up()
    {
        var unread = Add(new SamplingOptions { Temperature = 1 }, 1_000_000);
        while (_queue.HasWork)
        {
            _queue.Step();
        }
        Assert.Equal(0, _batch.Rows);
        var other = Add(new SamplingOptions(), 1000);
        while (!other.IsOver)
        {
            _queue.Step();
            Read(other);
        }
        Assert.False(_queue.HasWork);

        var read = 0;
        while (!_queue.HasWork)
        {
            Assert.True(unread.TryRead(out _));
            read++;
        }
        Assert.InRange(read, 1, DecodingBatch.Capacity + 1);
        _queue.Step();
        Assert.Equal(1, Places(unread));
        Assert.InRange(read + Read(unread).Count, DecodingRequest.MostUnread, DecodingRequest.MostUnread + DecodingBatch.Capacity + 1);
    }

    [Fact]
    public void A_reader_that_makes_room_says_so()
    {
        var calls = 0;
        var generator = TinyWriters.Generator(_model);
        var request = new DecodingRequest(generator.Plan(new SamplingOptions()), 5000, (from, some) => generator.Prior(some, 1, from), 0) { CanGoOn = () => calls++ };
        _queue.Add(request);
        while (_queue.HasWork)
        {
            _queue.Step();
        }
        Assert.Equal(0, calls);
        Read(request);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void What_fails_fails_alone()
    {
        var generator = TinyWriters.Generator(_model);
        DecodingRequest Broken(Func<int, int, Tensor> latent)
        {
            var request = new DecodingRequest(generator.Plan(new SamplingOptions()), 10, latent, 0);
            _queue.Add(request);
            return request;
        }
        var good = Add(new SamplingOptions(), 300);
        var expected = TinyWriters.Generator(_model).Sample(300, 1);
        _queue.Step();
        var thrown = Broken((_, _) => throw new InvalidInputException(InputKind.Data, "no such point"));
        var wrong = Broken((_, some) => zeros(some + 1, 3));
        var wide = Broken((_, some) => zeros(some, 4));
        var nowhere = Broken((_, some) => full([some, 3], float.NaN));
        while (!good.IsOver)
        {
            _queue.Step();
        }
        Assert.Equal(expected, Read(good));
        Assert.Equal("no such point", Assert.Throws<InvalidInputException>(thrown.ThrowIfFailed).Message);
        Assert.Matches(@"found a tensor of \[\d+, 3\]; expected \[\d+, 3\]", Assert.Throws<InvalidOperationException>(wrong.ThrowIfFailed).Message);
        Assert.Matches(@"found a tensor of \[\d+, 4\]; expected \[\d+, 3\]", Assert.Throws<InvalidOperationException>(wide.ThrowIfFailed).Message);
        Assert.Contains("no numbers", Assert.Throws<InvalidInputException>(nowhere.ThrowIfFailed).Message);
        Assert.False(_queue.HasWork);
    }

    [Fact]
    public void Tokens_are_read_as_they_were_added_and_beginnings_are_shared()
    {
        var plan = TinyWriters.Generator(_model).Plan(new SamplingOptions());
        var start = Hypothesis.Empty(plan.Constraint).With(3, -1, plan).With(4, -1, plan);
        var (one, other) = (start.With(3, -1, plan), start.With(TinyWriters.End, -2, plan));
        Assert.Equal([3, 4, 3], one.Tokens());
        Assert.Equal([3, 4, TinyWriters.End], other.Tokens());
        Assert.Equal((3, 3, -3.0, false), (one.Length, one.Last, one.LogProbability, one.HasEnded));
        Assert.True(other.HasEnded);
        Assert.Same(other, other.With(0, 0, plan));
        Assert.Empty(Hypothesis.None.Tokens());
    }
}
