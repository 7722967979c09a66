using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gateway.Architecture.Tests.Sources;

/// <summary>
/// Projects as the compiler understands them, from their text: it sees constants (inlined in what is built), names in
/// <c>nameof</c>, and what a child namespace takes from its parents without a using.
/// </summary>
internal sealed class SourceModel
{
    private static readonly string[] s_usings = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] s_webUsings =
    [
        "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging", "System.Net.Http.Json",
    ];

    private static readonly CSharpParseOptions s_language = new(LanguageVersion.CSharp14);

    /// <summary>What runs these tests is what the projects are built against: the framework, and all of their packages.</summary>
    private static readonly Lazy<MetadataReference[]> s_outside = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Gateway", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))]);

    private static readonly Lazy<SourceModel> s_src = new(() => new SourceModel(SourceProject.ReadAll("src/")));

    private readonly Dictionary<string, CSharpCompilation> _compilations = [];
    private readonly Lazy<IReadOnlyList<FileDependencies>> _read;

    public SourceModel(IReadOnlyList<SourceProject> projects)
    {
        Projects = projects;
        foreach (SourceProject project in projects)
        {
            Compile(project);
        }

        _read = new Lazy<IReadOnlyList<FileDependencies>>(() =>
            [.. _compilations.Values.SelectMany(c => c.SyntaxTrees.Select(tree => (c, tree))).AsParallel().AsOrdered().Select(file => FileDependencies.Read(file.c, file.tree, _compilations.Keys))]);
    }

    /// <summary>The product.</summary>
    public static SourceModel Src => s_src.Value;

    public IReadOnlyList<SourceProject> Projects { get; }

    public IReadOnlyDictionary<string, CSharpCompilation> Compilations => _compilations;

    public IEnumerable<Dependency> Dependencies => _read.Value.SelectMany(file => file.Dependencies);

    /// <summary>What a project uses that is not of the solution.</summary>
    public IEnumerable<KeyValuePair<ISymbol, string>> OutsideOf(string project) => _read.Value.Where(file => file.Project == project).SelectMany(file => file.Outside);

    /// <summary>Names that the compiler does not understand: looks that nobody would see.</summary>
    public IEnumerable<string> Unknown => _read.Value.SelectMany(file => file.Unknown);

    /// <summary>One project of one file, for the tests of the rules themselves.</summary>
    public static SourceModel Of(string project, params string[] texts) =>
        new([new SourceProject(project, [], [.. texts.Select((text, i) => new SourceFile($"src/{project}/{i}.cs", text))])]);

    /// <summary>The types written in a project, nested ones included.</summary>
    public IEnumerable<INamedTypeSymbol> TypesOf(string project) => TypesIn(_compilations[project].Assembly.GlobalNamespace);

    private static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol container) => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
        .Where(member => !member.IsImplicitlyDeclared)
        .SelectMany(member => member is INamedTypeSymbol type ? TypesIn(type).Prepend(type) : TypesIn(member));

    private CSharpCompilation Compile(SourceProject project)
    {
        if (_compilations.TryGetValue(project.Name, out CSharpCompilation? known))
        {
            return known;
        }

        IEnumerable<string> usings = project.IsWeb ? s_usings.Concat(s_webUsings) : s_usings;
        IEnumerable<SourceFile> files = project.Files.Append(new SourceFile("", string.Concat(usings.Select(name => $"global using {name};"))));
        CSharpCompilation compilation = CSharpCompilation.Create(
            project.Name,
            [.. files.Select(f => CSharpSyntaxTree.ParseText(f.Text, s_language, f.Path))],
            [.. s_outside.Value, .. Reachable(project).Select(other => Compile(other).ToMetadataReference())],
            new CSharpCompilationOptions(
                project.Files.Any(f => f.Path.EndsWith("/Program.cs", StringComparison.Ordinal)) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true));
        return _compilations[project.Name] = compilation;
    }

    /// <summary>References pass on what they refer to, as in the build.</summary>
    private IEnumerable<SourceProject> Reachable(SourceProject project) => project.References
        .SelectMany(name => Projects.Where(p => p.Name == name))
        .SelectMany(other => Reachable(other).Prepend(other))
        .Distinct();
}
