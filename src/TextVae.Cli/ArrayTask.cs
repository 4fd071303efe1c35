using System.Globalization;

namespace TextVae.Cli;

/// <summary>Which part of a work this process has, as the system that started it says: a Slurm job array or an indexed Kubernetes job.</summary>
internal sealed class ArrayTask
{
    private const string Slurm = "SLURM_ARRAY_TASK_";
    private const string Kubernetes = "JOB_COMPLETION_INDEX";
    private const string Completions = "JOB_COMPLETIONS"; // Kubernetes gives a pod its index alone: the job's yaml says this

    private readonly Func<string, string?> _environment;

    private ArrayTask(Func<string, string?> environment) => _environment = environment;

    /// <summary>The part, and by which variable; null where no system says one.</summary>
    /// <param name="environment">The value of each variable.</param>
    /// <exception cref="InvalidInputException">The variables say no part of a whole.</exception>
    public static (Shard Shard, string Variable)? Find(Func<string, string?> environment) => new ArrayTask(environment).Find();

    private (Shard Shard, string Variable)? Find()
    {
        var (slurm, kubernetes) = (Variable(Slurm + "ID") is not null, Variable(Kubernetes) is not null);
        return (slurm, kubernetes) switch
        {
            (true, true) => throw Refused(Kubernetes, $"it beside {Slurm}ID", "one of them, or --shard I/N"),
            (true, false) => (OfSlurm(), Slurm + "ID"),
            (false, true) => (OfKubernetes(), Kubernetes),
            _ => null,
        };
    }

    /// <summary>Arrays begin anywhere and may have steps: <c>--array=0-6:2</c> has the numbers 0, 2, 4 and 6.</summary>
    private Shard OfSlurm()
    {
        var (count, least, step) = (Number(Slurm + "COUNT"), Number(Slurm + "MIN"), Variable(Slurm + "STEP") is null ? 1 : Number(Slurm + "STEP"));
        var (place, rest) = long.DivRem(Number(Slurm + "ID") - least, long.Max(1, step));
        return place >= 0 && place < count && rest == 0 && count <= Shard.Most
            ? new Shard((int)place + 1, (int)count)
            : throw Refused(Slurm + "ID", Variable(Slurm + "ID")!, Invariant($"one of {count} numbers that follow each other from {least} on, as --array={least}-{least + count - 1} gives them, or --shard I/N"));
    }

    private Shard OfKubernetes()
    {
        if (Variable(Completions) is null)
        {
            throw Refused(Kubernetes, $"no {Completions} beside it", "the number of completions, which the job's yaml must say, or --shard I/N");
        }
        var (index, count) = (Number(Kubernetes), Number(Completions));
        return index < count && count <= Shard.Most
            ? new Shard((int)index + 1, (int)count)
            : throw Refused(Kubernetes, Invariant($"{index}"), Invariant($"less than {Completions}, {count}, and that at most {Shard.Most:N0}"));
    }

    private long Number(string name)
    {
        var value = Variable(name);
        return uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Refused(name, value is null ? "nothing" : $"'{Visible.Of(value, longest: 40)}'", "a whole number, or --shard I/N");
    }

    private string? Variable(string name) => _environment(name) is { Length: > 0 } value ? value : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static InvalidInputException Refused(string name, string found, string expected) => new(InputKind.Usage, $"{name}: found {found}; expected {expected}");
}
