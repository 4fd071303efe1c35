using System.Globalization;
using TextVae.Dependencies;

// Prints which folder of the library uses which, as a table of Markdown, and the circles:
//
//     dotnet run --project build/Dependencies [-- CHECKOUT [DEPTH]]
//
// CHECKOUT is this one or another; DEPTH 2 tells folders in folders apart too.

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var checkout = args is [var path, ..] ? path : Directory.GetCurrentDirectory();
var source = Path.Combine(Path.GetFullPath(checkout), "src", "TextVae");
if (args.Length > 2 || !Directory.Exists(source))
{
    Console.Error.WriteLine($"usage: Dependencies [CHECKOUT [DEPTH]]; {source} should be a folder");
    return 1;
}

var code = SourceCode.Read(source);
var matrix = new FolderMatrix(code, args is [_, var depth] ? int.Parse(depth) : 1);
Console.WriteLine(matrix);
Console.WriteLine($"circles: {matrix.Circles.Count}");
foreach (var circle in matrix.Circles)
{
    Console.WriteLine($"- {string.Join(", ", circle)}");
}
Console.WriteLine($"pairs that use each other: {matrix.MutualUses.Count}");
foreach (var (one, other) in matrix.MutualUses)
{
    Console.WriteLine($"- {one}, {other}");
}
foreach (var unknown in code.Unknown)
{
    Console.Error.WriteLine(unknown);
}
return 0;
