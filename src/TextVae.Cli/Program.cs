using System.Text;
using TextVae;
using TextVae.Cli;

ProcessTuning.Apply();
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
BrokenPipe.MakeVisible();
return CommandLine.Run(args);
