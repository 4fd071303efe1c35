// Texts that nobody wrote, and one text that a vector of numbers gives back:
//
//     dotnet run --project samples/Console [RUN FOLDER]

using TextVae;
using TextVae.Samples;

using var session = TextVaeSession.Load(TinyModel.FolderOf(args));

Console.WriteLine("Sampled:");
foreach (var text in session.Sample(5))
{
    Console.WriteLine($"  {text}");
}

var (original, reconstructed) = session.Reconstruct(["The cat sees the owl."]).Single();
Console.WriteLine($"Reconstructed: {original} -> {reconstructed}");

Console.WriteLine("On the way from one text to another:");
foreach (var (text, _) in session.Interpolate("The cat sees the owl.", "The bee likes the fox.", points: 5))
{
    Console.WriteLine($"  {text}");
}
