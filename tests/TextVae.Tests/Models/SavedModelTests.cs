using TextVae.Models;
using static TorchSharp.torch;

namespace TextVae.Tests.Models;

public class SavedModelTests
{
    [Theory]
    [InlineData("decoder.output.weight", float.NaN)]
    [InlineData("encoder.convolutions.blocks.normalization0.running_var", float.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_refused_with_the_tensors_name(string name, float number)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var corpus = Tiny.Corpus(folder.Path);
        var model = new TextVaeModel(Tiny.Config, Tiny.Recipe.Data.Length, corpus.Tokenizer.Vocabulary.Count);
        SavedModel.WriteDescription(folder.Path, new ModelFile { Data = Tiny.Recipe.Data, Model = Tiny.Config }, corpus.Tokenizer.Vocabulary);
        SavedModel.WriteWeights(folder.Path, model);
        SavedModel.Load(folder.Path).Model.Dispose();
        using (no_grad())
        {
            model.state_dict()[name].view(-1)[0] = number;
        }
        SavedModel.WriteWeights(folder.Path, model);

        var error = Assert.Throws<InvalidInputException>(() => SavedModel.Load(folder.Path));
        Assert.Equal(InputKind.RunFolder, error.Kind);
        Assert.Equal(FormattableString.Invariant($"{folder["model.safetensors"]}: tensor '{name}': found {number}; expected finite numbers"), error.Message);
    }
}
