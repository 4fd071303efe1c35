// A service that holds one model for all requests:
//
//     dotnet run --project samples/WebApi [RUN FOLDER]
//     curl -N -d '{"count":5,"temperature":0.7}' -H 'Content-Type: application/json' http://127.0.0.1:5000/sample
//     curl -d '{"texts":["The cat sees the owl."]}' -H 'Content-Type: application/json' http://127.0.0.1:5000/encode
//     curl -d '{"texts":["The cat sees the owl."]}' -H 'Content-Type: application/json' http://127.0.0.1:5000/score

using Microsoft.AspNetCore.RateLimiting;
using TextVae;
using TextVae.Samples;

const int MostTexts = 100; // of a request
const int MostBytes = 1 << 16; // of its body

ProcessTuning.Apply(); // settings of the whole process, which are a program's to choose
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddTextVae(TinyModel.FolderOf([.. args.TakeWhile(argument => !argument.StartsWith('-'))]), options => options.LoadAtStart = true);
builder.Services.AddRateLimiter(limits => limits.AddConcurrencyLimiter("model", model => (model.PermitLimit, model.QueueLimit) = (64, 256)));
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = MostBytes);

var app = builder.Build();
app.UseRateLimiter();
var model = app.MapGroup("").RequireRateLimiting("model").AddEndpointFilter(async (context, next) =>
{
    try
    {
        return await next(context);
    }
    catch (InvalidInputException fault) // the caller's mistake, in one line
    {
        return TypedResults.Problem(fault.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});

// Server-sent events, one for each text as it is made. A caller who leaves ends the making.
model.MapPost("/sample", (SampleRequest request, TextVaeSession session, CancellationToken left) =>
{
    var options = new SamplingOptions { Temperature = request.Temperature, Seed = request.Seed };
    return TypedResults.ServerSentEvents(session.SampleAsync(Bounded(request.Count), options, left));
});

model.MapPost("/encode", (TextsRequest request, TextVaeSession session, CancellationToken left) =>
    session.EncodeAsync(Texts(request), left)
        .Select(text => new { text.Text, Mean = text.Fits ? text.Mean : null, text.Fault })
        .ToListAsync(left));

model.MapPost("/score", (TextsRequest request, TextVaeSession session, CancellationToken left) =>
    session.ScoreAsync(Texts(request), cancellationToken: left)
        .Select(text => new { text.Text, text.Nats, text.BitsPerCharacter, text.Fault })
        .ToListAsync(left));

app.Run();

static int Bounded(int texts) => texts is >= 1 and <= MostTexts ? texts
    : throw new InvalidInputException(InputKind.Usage, $"found {texts} texts; expected 1 to {MostTexts}");

static IAsyncEnumerable<string> Texts(TextsRequest request)
{
    _ = Bounded(request.Texts.Length);
    return request.Texts.Contains(null)
        ? throw new InvalidInputException(InputKind.Usage, "texts: found null; expected a text")
        : request.Texts.ToAsyncEnumerable();
}

internal sealed record SampleRequest(int Count = 1, double? Temperature = null, long Seed = 1);

internal sealed record TextsRequest(string[] Texts);
