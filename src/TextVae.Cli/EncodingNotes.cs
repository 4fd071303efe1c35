namespace TextVae.Cli;

/// <summary>Watches texts being encoded, and says at the end what a user should know of them.</summary>
internal sealed class EncodingNotes
{
    private long _texts;
    private long _misfits;
    private long _unknown;
    private string? _first;

    /// <summary>The same texts, counted as they go by.</summary>
    public IEnumerable<EncodedText> Watch(IEnumerable<EncodedText> texts, IProgress<long>? progress = null)
    {
        foreach (var text in texts)
        {
            _texts++;
            _unknown += text.Unknown;
            if (!text.Fits)
            {
                _misfits++;
                _first ??= $"number {_texts}, {text.Fault}";
            }
            progress?.Report(_texts);
            yield return text;
        }
    }

    /// <summary>Says on stderr how many texts did not fit the model, and how many tokens it did not know.</summary>
    /// <param name="fate">What became of the texts that do not fit.</param>
    public void Write(string fate)
    {
        if (_misfits > 0)
        {
            Output.Note($"{_misfits:N0} of {_texts:N0} texts {fate}, as the model cannot read them; the first is {_first}");
        }
        if (_unknown > 0)
        {
            Output.Note($"{_unknown:N0} characters that the model does not know were read as <unk>");
        }
    }
}
