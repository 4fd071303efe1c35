// Texts that nobody wrote, and one text that a vector of numbers gives back:
//
//     dotnet run --project samples/Console [RUN FOLDER]

using TextVae;
using TextVae.Samples;

ProcessTuning.Apply(); // settings of the whole process, which are a program's to choose: training and sampling are faster
using var session = TextVaeSession.Load(TinyModel.FolderOf(args));

Console.WriteLine("Sampled:");
foreach (var text in session.Sample(5))
{
    Console.WriteLine($"  {text}");
}

Console.WriteLine($"Reconstructed: The cat sees the owl. -> {session.Reconstruct("The cat sees the owl.").Reconstructed}");

Console.WriteLine("On the way from one text to another:");
foreach (var point in session.Interpolate("The cat sees the owl.", "The bee likes the fox.", points: 5))
{
    Console.WriteLine($"  {point.Text}");
}
