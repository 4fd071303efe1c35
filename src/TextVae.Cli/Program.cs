using TextVae.Platform;

Console.WriteLine($"TorchSharp compatibility step taken: {NativeTorch.CompatibilityStepTaken}");
