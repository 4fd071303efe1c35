using System.Text;
using TextVae.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
BrokenPipe.MakeVisible();
return CommandLine.Run(args);
