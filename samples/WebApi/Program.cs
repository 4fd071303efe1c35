// A service that holds one session for all requests:
//
//     dotnet run --project samples/WebApi [RUN FOLDER]
//     curl 'http://localhost:5000/sample?count=5'
//     curl 'http://localhost:5000/reconstruct?text=The+cat+sees+the+owl.'
//     curl 'http://localhost:5000/embedding?text=The+cat+sees+the+owl.'

using Microsoft.Extensions.AI;
using TextVae;
using TextVae.Samples;

var folder = TinyModel.FolderOf([.. args.TakeWhile(argument => !argument.StartsWith('-'))]);

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(_ => TextVaeSession.Load(folder));
builder.Services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(
    services => new TextVaeEmbeddingGenerator(services.GetRequiredService<TextVaeSession>()));

var app = builder.Build();
app.MapGet("/sample", (TextVaeSession session, int count = 1) => session.Sample(Math.Clamp(count, 1, 100)));
app.MapGet("/reconstruct", (TextVaeSession session, string text) => Refusing(() => session.Reconstruct([text]).Single()));
app.MapGet("/embedding", async (IEmbeddingGenerator<string, Embedding<float>> embeddings, string text) =>
    await embeddings.GenerateVectorAsync(text));
app.Run();

// A text that the model cannot read is the caller's mistake, in one line.
static IResult Refusing<T>(Func<T> answer)
{
    try
    {
        return Results.Ok(answer());
    }
    catch (InvalidInputException exception)
    {
        return Results.BadRequest(exception.Message);
    }
}
