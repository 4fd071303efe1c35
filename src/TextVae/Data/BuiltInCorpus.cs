using System.IO.Compression;
using System.Security.Cryptography;
using TextVae.Tables;

namespace TextVae.Data;

/// <summary>
/// The corpus that comes with the library: about 82,000 distinct sentences from the XML documentation of the .NET
/// reference assemblies (NuGet package Microsoft.NETCore.App.Ref, MIT licence), in a fixed order.
/// </summary>
/// <remarks>The build extracts it (build/DotnetDocs) and embeds it; the pinned version of the package defines it.</remarks>
public static class BuiltInCorpus
{
    /// <summary>The corpus's name in a configuration.</summary>
    public const string Name = "dotnet-docs";

    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Lines() => PlainText.Format.Texts(Open, Name, column: null, marks: false);

    /// <summary>The corpus as UTF-8 text, one sentence a line.</summary>
    internal static Stream Open() => new GZipStream(
        typeof(BuiltInCorpus).Assembly.GetManifestResourceStream("dotnet-docs.txt.gz")!, CompressionMode.Decompress);

    /// <summary>The SHA-256 of the text itself: compression may differ from one build to another.</summary>
    internal static byte[] Hash()
    {
        using var stream = Open();
        return SHA256.HashData(stream);
    }
}
