using TextVae;
using TextVae.Cli;

if (Surroundings.Fault() is { } fault)
{
    Surroundings.Say(fault);
    return ExitCodes.Of(InputKind.Device);
}
ProcessTuning.Apply();
StandardStreams.Prepare();
return CommandLine.Run(args);
