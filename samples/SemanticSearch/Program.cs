// The texts that lie nearest to a text in the latent space:
//
//     dotnet run --project samples/SemanticSearch [RUN FOLDER]

using TextVae;
using TextVae.Samples;

using var session = TextVaeSession.Load(TinyModel.FolderOf(args));
using var embeddings = new TextVaeEmbeddingGenerator(session);

var texts = new InMemoryTexts(embeddings);
await texts.AddAsync(TinyModel.Sentences);

const string Query = "The cat sees an owl.";
Console.WriteLine($"Nearest to: {Query}");
await foreach (var result in texts.SearchAsync(Query, top: 5))
{
    Console.WriteLine($"  {result.Score:F3}  {result.Record}");
}
