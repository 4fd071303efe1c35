using static TorchSharp.torch;

namespace TextVae.Platform;

/// <summary>Where to compute.</summary>
public static class Devices
{
    /// <summary>The most threads: more than any machine has cores, and few enough to start.</summary>
    public const int MostThreads = 1_024;

    /// <summary>The device of a name, with torch set to a number of threads.</summary>
    /// <param name="name"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Threads on the CPU, at most <see cref="MostThreads"/>; 0 is one for each core.</param>
    /// <exception cref="InvalidInputException">The device is not there, or the number of threads makes no sense.</exception>
    public static Device Select(string name, int threads)
    {
        Check.Within(0, MostThreads, threads, "threads");
        if (name == "cuda" && !cuda.is_available())
        {
            throw new InvalidInputException(InputKind.Device, "device cuda: found no CUDA device that this libtorch can use; expected one, or the device cpu") { Property = "device" };
        }
        set_num_threads(Threads(threads));
        return device(name);
    }

    /// <summary>How many threads a number of threads means: 0 is one for each core.</summary>
    public static int Threads(int threads) => threads > 0 ? threads : Environment.ProcessorCount;
}
