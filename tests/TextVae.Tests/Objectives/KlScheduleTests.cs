using System.Text.Json.Nodes;
using TextVae.Objectives;

namespace TextVae.Tests.Objectives;

public class KlScheduleTests
{
    private static readonly KlScheduleState Nothing = new();

    [Theory]
    [InlineData(1, 0.001)]
    [InlineData(1000, 0.001)]
    [InlineData(4500, 0.5005)]
    [InlineData(8000, 1)]
    [InlineData(90000, 1)]
    public void The_released_schedule_of_the_hybrid_is_linear_between_two_steps(long step, double beta) =>
        Assert.Equal(beta, new LinearSchedule().Beta(step, Nothing), 1e-12);

    [Fact]
    public void Annealing_ends_at_the_weight_of_a_beta_VAE()
    {
        KlSchedule[] schedules = [new LinearSchedule { Weight = 4 }, new ConstantSchedule { Weight = 4 }, new CyclicalSchedule { Weight = 4, Period = 10 }];
        Assert.All(schedules, schedule => Assert.Equal(4, schedule.Beta(10_000, Nothing)));
        Assert.All(schedules, schedule => Assert.True(schedule.IsSettled(4, kl: 7) && !schedule.IsSettled(1, kl: 7)));
    }

    [Fact]
    public void A_cycle_grows_and_stays_and_begins_anew() =>
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0], Enumerable.Range(1, 9).Select(step => new CyclicalSchedule { Period = 8 }.Beta(step, Nothing)));

    [Fact]
    public void The_automatic_schedule_waits_until_reconstruction_has_converged_and_then_grows_for_a_share_of_those_steps()
    {
        var schedule = new AutoSchedule { Improvement = 0.1, Patience = 2, Share = 0.5, Floor = 0.01 };
        var state = schedule.Begin();
        // Falls, stands still once, falls again, then stands still twice: at step 500.
        foreach (var (index, reconstruction) in new double[] { 100, 95, 80, 79, 78 }.Index())
        {
            Assert.Equal(0.01, schedule.Beta(index * 100 + 100, state));
            var after = schedule.AfterValidation(state, (index + 1) * 100, reconstruction);
            Assert.Equal(index == 4, schedule.Decision(state, after) is not null);
            state = after;
        }
        Assert.Equal([0.01, 0.505, 1, 1], new long[] { 500, 625, 750, 9000 }.Select(step => schedule.Beta(step, state)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(state, schedule.AfterValidation(state, 600, 1)); // what comes later changes nothing
        Assert.Contains("between steps 500 and 750", schedule.Decision(schedule.Begin(), state));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(60)]
    public void The_controlled_weight_brings_the_KL_to_its_target_and_holds_it(double target)
    {
        // A stand-in for a model: its KL follows with delay where -log beta would take it, and begins far too high.
        var schedule = new TargetSchedule { Nats = target };
        var (state, kl) = (schedule.Begin(), 1500.0);
        var last = new List<double>();
        for (var step = 1; step <= 12_000; step++)
        {
            kl += 0.02 * (-15 * Math.Log(schedule.Beta(step, state)) - kl);
            state = schedule.AfterStep(state, () => kl);
            if (step > 11_000)
            {
                last.Add(kl);
            }
        }
        Assert.All(last, nats => Assert.InRange(nats, 0.9 * target, 1.1 * target));
        Assert.True(schedule.IsSettled(0.5, target) && !schedule.IsSettled(0.5, 1.2 * target));
    }

    [Fact]
    public void The_controlled_weight_stays_between_floor_and_weight()
    {
        var schedule = new TargetSchedule { Nats = 5, Floor = 0.1, Weight = 0.8 };
        double AfterMany(double kl) => schedule.Beta(1, Enumerable.Range(0, 5000).Aggregate(schedule.Begin(), (state, _) => schedule.AfterStep(state, () => kl)));
        Assert.Equal(0.8, AfterMany(1000));
        Assert.InRange(AfterMany(0), 0.1, 0.1 + schedule.Proportional);
    }

    [Fact]
    public void What_a_schedule_has_learnt_survives_a_checkpoint_to_the_bit()
    {
        foreach (var schedule in new KlSchedule[] { new LinearSchedule(), new AutoSchedule { Patience = 1 }, new TargetSchedule() })
        {
            var whole = new KlAnnealing(schedule);
            var resumed = new KlAnnealing(schedule);
            for (var step = 1; step <= 100; step++)
            {
                var kl = 20 / Math.Sqrt(step);
                whole.AfterStep(() => kl);
                resumed.AfterStep(() => kl);
                Assert.Equal(step % 10 == 0 ? whole.AfterValidation(step, 100) : null, step % 10 == 0 ? resumed.AfterValidation(step, 100) : null);
                var saved = resumed.Saved.ToJsonString();
                resumed = new KlAnnealing(schedule);
                resumed.GoOnFrom((JsonObject)JsonNode.Parse(saved)!);
                Assert.Equal(whole.Beta(step + 1), resumed.Beta(step + 1));
            }
        }
    }

    [Fact]
    public void A_checkpoint_that_holds_what_any_schedule_learns_is_read_as_before()
    {
        const string Older = """{ "start": 400, "reconstruction": 81.5, "stale": 2, "integral": 0.25, "error": -0.5 }""";
        double Beta(KlSchedule schedule, long step)
        {
            var annealing = new KlAnnealing(schedule);
            annealing.GoOnFrom((JsonObject)JsonNode.Parse(Older)!);
            return annealing.Beta(step);
        }
        Assert.Equal(0.001 + 0.999 * 0.5, Beta(new AutoSchedule { Share = 0.5 }, 500), 1e-12);
        Assert.Equal(0.01 / (1 + Math.Exp(-0.5)) + 0.25, Beta(new TargetSchedule(), 500), 1e-12);
        Assert.Equal(1, Beta(new ConstantSchedule(), 500));
    }

    [Fact]
    public void A_checkpoint_with_a_value_that_cannot_be_is_refused_by_its_key()
    {
        var error = Assert.Throws<InvalidInputException>(() => new KlAnnealing(new TargetSchedule()).GoOnFrom(new JsonObject { ["integral"] = "much" }));
        Assert.Equal(InputKind.RunFolder, error.Kind);
        Assert.Contains("state.json: kl: integral: found \"much\"; expected a number", error.Message);
    }

    public static TheoryData<KlSchedule, string> Nonsense => new()
    {
        { new LinearSchedule { Start = 10, End = 10 }, "objective.kl.end is 10; expected more than objective.kl.start, 10" },
        { new LinearSchedule { Floor = 0.5, Weight = 0.2 }, "objective.kl.floor is 0.5; expected a number from 0 to 0.2" },
        { new ConstantSchedule { Weight = -1 }, "objective.kl.weight is -1" },
        { new CyclicalSchedule { Period = 1 }, "objective.kl.period is 1; expected at least 2" },
        { new AutoSchedule { Share = 0.1 }, "objective.kl.share is 0.1; expected a number from 0.2" },
        { new AutoSchedule { Patience = 0 }, "objective.kl.patience is 0; expected at least 1" },
        { new TargetSchedule { Nats = 0 }, "objective.kl.nats is 0; expected a positive number" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Values_that_make_no_sense_are_refused_by_name(KlSchedule schedule, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidInputException>(schedule.Validate).Message);
}
