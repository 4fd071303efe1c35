using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using TextVae.DotnetDocs;

if (args is not [var folder, var output])
{
    Console.Error.WriteLine("usage: DotnetDocs FOLDER OUTPUT.txt.gz: the sentences of FOLDER's XML documentation files, one a line");
    return 1;
}

// The order is the files' names by code point, then the documents' own: the same in every file system and culture.
var sentences = Directory.GetFiles(folder, "*.xml")
    .OrderBy(Path.GetFileName, StringComparer.Ordinal)
    .SelectMany(path => Documentation.Blocks(XDocument.Load(path, LoadOptions.PreserveWhitespace)))
    .SelectMany(Sentences.Split)
    .Where(Sentences.IsWellFormed)
    .Distinct(StringComparer.Ordinal);

// Builds may run side by side; each writes its own file, and the last one stays.
var temporary = $"{output}.{Guid.NewGuid():N}.tmp";
using (var writer = new StreamWriter(new GZipStream(File.Create(temporary), CompressionLevel.SmallestSize), new UTF8Encoding(false)))
{
    writer.NewLine = "\n";
    foreach (var sentence in sentences)
    {
        writer.WriteLine(sentence);
    }
}
File.Move(temporary, output, overwrite: true);
return 0;
