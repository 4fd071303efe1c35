using TextVae.Models;
using TextVae.Objectives;

namespace TextVae.Tests.Objectives;

public class ObjectiveConfigTests
{
    private static readonly ModelConfig Parallel = Tiny.Config with { Decoder = new ParallelDecoderConfig() };
    private static readonly ModelConfig InitialState = Tiny.Config with { Expansion = new InitialStateExpansionConfig { Hidden = 9 } };
    private static readonly ModelConfig LanguageModel = new() { Latent = 0, Encoder = new NoEncoderConfig(), Expansion = new NoExpansionConfig() };
    private static readonly ObjectiveConfig Plain = new() { Alpha = 0, Kl = new ConstantSchedule() };

    public static TheoryData<ObjectiveConfig, ModelConfig, string> Nonsense => new()
    {
        { Plain with { Alpha = 0.2 }, Parallel, "objective.alpha is 0.2; expected 0, as a parallel decoder is the auxiliary classifier itself" },
        { Plain with { Alpha = 0.2 }, InitialState, "objective.alpha is 0.2; expected 0, as the expansion gives no features" },
        { Plain with { InputDropout = 0.5 }, Parallel, "objective.inputDropout is 0.5; expected 0, as the decoder reads no previous tokens" },
        { Plain with { InputDropout = 0.5 }, Tiny.Config with { History = false }, "objective.inputDropout is 0.5; expected 0" },
        { Plain with { InputDropout = 1 }, Tiny.Config, "objective.inputDropout is 1; expected less than 1; model.history=false hides all" },
        { Plain with { Kl = new AutoSchedule() }, LanguageModel, "expected 'constant', as a language model has no KL term" },
        { Plain with { FreeBits = 0.1 }, LanguageModel, "objective.freeBits is 0.1; expected 0" },
        { Plain with { FreeBits = 0.1, Kl = new ConstantSchedule { Weight = 0 } }, Tiny.Config, "objective.freeBits is 0.1; expected 0, as the KL term has weight 0" },
        { Plain with { FreeBits = 0.1, Kl = new TargetSchedule() }, Tiny.Config, "objective.freeBits is 0.1; expected 0 beside objective.kl.schedule 'target'" },
        { Plain with { Kl = new TargetSchedule { Nats = 1 } }, Tiny.Config with { MeanScale = 1 }, "objective.kl.nats is 1; expected more than 1.5, which model.meanScale" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void A_mix_that_makes_no_sense_is_refused_with_the_reason(ObjectiveConfig objective, ModelConfig model, string message)
    {
        model.Validate(Tiny.Length);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => objective.Validate(model)).Message);
    }

    [Fact]
    public void The_same_parts_alone_are_accepted()
    {
        (Plain with { Alpha = 0.2, InputDropout = 0.5, FreeBits = 0.1 }).Validate(Tiny.Config with { MeanScale = 1 });
        (Plain with { Kl = new TargetSchedule { Nats = 2 } }).Validate(Tiny.Config with { MeanScale = 1 });
        Plain.Validate(LanguageModel);
    }
}
