using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TextVae.Dependencies;

/// <summary>A place in one file that names something of another.</summary>
/// <param name="File">Where, below the source folder.</param>
/// <param name="Used">The file that declares what is named.</param>
internal sealed record Use(string File, string Used);

/// <summary>The source of a library as the compiler understands it, read without building it.</summary>
internal sealed class SourceCode
{
    /// <summary>What the folder of the files that lie in no folder is called.</summary>
    public const string Door = "the door";

    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;" +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private SourceCode(IReadOnlyList<string> files, IReadOnlyList<Use> uses, IReadOnlyList<string> unknown) =>
        (Files, Uses, Unknown) = (files, uses, unknown);

    /// <summary>All files, below the source folder.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>All uses of one file by another, in code alone: comments may name anything.</summary>
    public IReadOnlyList<Use> Uses { get; }

    /// <summary>The names that it could not resolve, and whose uses it therefore does not know.</summary>
    public IReadOnlyList<string> Unknown { get; }

    /// <summary>Reads the C# files below a folder. The packages they name are those of the running program.</summary>
    public static SourceCode Read(string root)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);
        var trees = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path).Replace('\\', '/'))
            .Where(file => file.Split('/')[0] is not ("bin" or "obj"))
            .Order(StringComparer.Ordinal)
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(root, file)), options, file))
            .ToList();
        var compilation = CSharpCompilation.Create(
            Path.GetFileName(root), trees.Append(CSharpSyntaxTree.ParseText(ImplicitUsings, options)), References(except: Path.GetFileName(root)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var names = trees.AsParallel().AsOrdered().SelectMany(tree => Names(compilation.GetSemanticModel(tree))).ToList();
        return new SourceCode(
            [.. trees.Select(tree => tree.FilePath)],
            [.. names.Where(name => name.Declared is not null && name.Declared != name.File).Select(name => new Use(name.File, name.Declared!))],
            [.. names.Where(name => !name.IsKnown).Select(name => $"{name.File}: {name.Text}")]);
    }

    /// <summary>The folder that a file belongs to: the first ones of its path.</summary>
    /// <param name="file">A file below the source folder.</param>
    /// <param name="depth">How many folders of the path tell parts of the library apart.</param>
    public static string Folder(string file, int depth = 1) =>
        string.Join('/', file.Split('/')[..^1].Take(depth)) is { Length: > 0 } folder ? folder : Door;

    private static IEnumerable<MetadataReference> References(string except) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != except)
            .Select(path => MetadataReference.CreateFromFile(path));

    /// <summary>What is named in the code of a file; comments may name anything.</summary>
    private static IEnumerable<Name> Names(SemanticModel model) =>
        from node in model.SyntaxTree.GetRoot().DescendantNodes()
        where node is SimpleNameSyntax { IsVar: false, IsUnmanaged: false, IsNotNull: false, Identifier.Text: not "nameof" } or ImplicitObjectCreationExpressionSyntax
        let symbol = Symbol(model.GetSymbolInfo(node))
        select new Name(model.SyntaxTree.FilePath, node.ToString(), symbol is not null, DeclaringFile(symbol));

    private static ISymbol? Symbol(SymbolInfo info) => info.Symbol ?? info.CandidateSymbols.FirstOrDefault();

    private static string? DeclaringFile(ISymbol? symbol)
    {
        if (symbol is not (INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol))
        {
            return null;
        }
        var declared = symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol;
        return File(declared) ?? File(declared.ContainingType);

        // What the compiler adds to a type, such as its constructor, is declared where the type is.
        static string? File(ISymbol? symbol) => symbol?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath;
    }

    private readonly record struct Name(string File, string Text, bool IsKnown, string? Declared);
}
