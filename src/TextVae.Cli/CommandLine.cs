using System.CommandLine;
using TextVae.Cli.Commands;

namespace TextVae.Cli;

/// <summary>The <c>textvae</c> command line: results on stdout, everything else on stderr, documented exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command.</summary>
    /// <returns>0 done, 1 usage, 2 data, 3 run folder, 4 device or native library, 130 or 143 stopped by a signal after saving.</returns>
    public static int Run(string[] args)
    {
        var root = new RootCommand("Learn a latent space of short texts, and generate from it.")
        {
            TrainCommand.Create(), SampleCommand.Create(), ReconstructCommand.Create(), EvaluateCommand.Create(),
            InfoCommand.Create(), DoctorCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors is [var first, ..])
        {
            return Fail(InputKind.Usage, $"{first.Message} See 'textvae {parsed.CommandResult.Command.Name} --help'.");
        }
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (InvalidInputException error)
        {
            return Fail(error.Kind, error.Message);
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException { InnerException: NotSupportedException or DllNotFoundException })
        {
            return Fail(InputKind.Device, $"the native library of TorchSharp does not load ('textvae doctor' says more): {(error.InnerException ?? error).Message.Split('\n')[0]}");
        }
        catch (IOException error) when (error.HResult == BrokenPipe)
        {
            return 0; // the reader has what it wanted: 'textvae sample RUN | head'
        }
    }

    private const int BrokenPipe = 32; // EPIPE

    private static int Fail(InputKind kind, string message)
    {
        Console.Error.WriteLine($"textvae: {message.ReplaceLineEndings(" ")}");
        return (int)kind;
    }
}
