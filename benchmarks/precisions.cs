#:project ../src/TextVae/TextVae.csproj
#:package libtorch-cpu-linux-x64
#:property PublishAot=false

// What the arithmetic of generation costs and brings: greedy texts in float32, bfloat16 and int8 from the same latent vectors,
// how many a second, how many are float32's own, and how probable all of them are to the model in float32.
//
//     dotnet run -c Release benchmarks/precisions.cs -- RUN [COUNT]

using System.Diagnostics;
using System.Globalization;
using TextVae;
using TextVae.Generation;
using TextVae.Models;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (run, count) = (args[0], args.Length > 1 ? int.Parse(args[1]) : 1_000);
ProcessTuning.Apply();
using var noGradient = no_grad();
var (model, tokenizer, _) = SavedModel.Load(run);
model.SetPrecision(Precision.Float32);
List<string> greedy;
using (var exact = TextVaeSession.Load(run, new SessionOptions { Precision = Precision.Float32 }))
{
    greedy = [.. exact.Sample(count)];
}
foreach (var precision in new[] { Precision.Float32, Precision.BFloat16, Precision.Int8 })
{
    using var session = TextVaeSession.Load(run, new SessionOptions { Precision = precision });
    _ = session.Sample(count).Count(); // to warm up
    var watch = Stopwatch.StartNew();
    var texts = session.Sample(count).ToList();
    var seconds = watch.Elapsed.TotalSeconds;
    var same = texts.Zip(greedy).Count(pair => pair.First == pair.Second);
    Console.WriteLine($"{session.Saved.Model.PrecisionInUse.ToString().ToLowerInvariant(),-9} {count / seconds,8:N0} texts a second, {same:N0} of {count:N0} are those of float32, {BitsPerCharacter(texts):F4} bits per character in float32");
}

// -log p(text | z) in float32, of each text and the latent vector that it comes from.
double BitsPerCharacter(IReadOnlyList<string> texts)
{
    const int Batch = 50;
    var (nats, characters) = (0.0, 0L);
    for (var first = 0; first < texts.Count; first += Batch)
    {
        using var scope = NewDisposeScope();
        var rows = texts.Skip(first).Take(Batch).Select(Ids).ToList();
        characters += rows.Sum(row => row.Count(id => id != tokenizer.Vocabulary.PadId));
        var tokens = tensor(rows.SelectMany(row => row).ToArray()).view(rows.Count, -1);
        var z = new TextGenerator(model, tokenizer, CPU).Prior(rows.Count, seed: 1, first);
        var logProbabilities = model.Decode(z, model.Previous(tokens)).Logits.log_softmax(-1).gather(2, tokens.unsqueeze(2)).squeeze(2);
        nats -= logProbabilities.masked_fill(tokens.eq(tokenizer.Vocabulary.PadId), 0).sum().item<float>();
    }
    return nats / Math.Log(2) / characters;
}

// [time]: the text, <end> if the model has one, padding.
long[] Ids(string text)
{
    var ids = new List<int>();
    tokenizer.Encode(text, ids);
    if (tokenizer.Vocabulary.EndId is { } end)
    {
        ids.Add(end);
    }
    return [.. ids.Concat(Enumerable.Repeat(tokenizer.Vocabulary.PadId, model.Shape.Length)).Take(model.Shape.Length).Select(id => (long)id)];
}
