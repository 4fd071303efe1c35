// What docs/reliability.md promises, put to the test; prints its table. Exit code 1: a promise is broken.
//
//     dotnet run -c Release --project tests/Stress -- [--only NAME] [--dose small|full]

using System.CommandLine;
using TextVae.Stress;

IPromise[] promises = [new KilledRuns(), new FullDisks(), new EqualSeeds(), new ChangedFiles(), new Mutations(), new LongTraining(), new ManyRequests(), new NoNetwork()];

var only = new Option<string?>("--only") { Description = "One promise: its name." };
only.AcceptOnlyFromAmong([.. promises.Select(promise => promise.Name)]);
var dose = new Option<Dose>("--dose") { Description = "How much of each test is done." };
var command = new RootCommand("Puts what docs/reliability.md promises to the test and prints its table.") { only, dose };
command.SetAction(parsed =>
{
    var chosen = promises.SingleOrDefault(promise => promise.Name == parsed.GetValue(only));
    return chosen is not null ? Table.OfOne(chosen, parsed.GetValue(dose)) : Table.OfAll(promises, parsed.GetValue(dose));
});
return command.Parse(args).Invoke();
