namespace TextVae.Stress;

/// <summary>Pairs of runs that nothing but their folder tells apart.</summary>
internal sealed class EqualSeeds : IPromise
{
    public string Name => "seeds";

    public string Promise => "Equal seeds give equal weights, to the bit, on the same machine with the same number of threads; other seeds give others";

    public string Test => "pairs of processes that train with one seed, over five models; SHA-256 of the weights and of the last checkpoint";

    public string Try(Dose dose)
    {
        var pairs = dose.Of(small: 5, full: 20);
        var different = new HashSet<string>();
        for (var pair = 0; pair < pairs; pair++)
        {
            var model = TinyModel.All[pair % TinyModel.All.Count];
            using var folder = model.Prepare();
            string[] Hashes(string run)
            {
                TextVaeProcess.Run(folder, [.. model.Train(run), "--seed", $"{pair + 1}"]).Succeeded();
                return new RunFiles(folder[run]).Hashes;
            }
            var first = Hashes("first");
            Assert.Equal(first, Hashes("second"));
            Assert.True(different.Add(first[0]), $"seed {pair + 1} gave the weights of another seed");
        }
        return $"{pairs} of {pairs} pairs equal, {different.Count} different weights";
    }
}
