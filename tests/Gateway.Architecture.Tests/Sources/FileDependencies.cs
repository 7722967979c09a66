using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Sources;

/// <summary>
/// Who knows whom in a file. Every name counts: the type named, the type that a member belongs to and
/// the one that it has, although nobody writes either.
/// </summary>
internal sealed class FileDependencies
{
    private readonly SyntaxTree _tree;
    private readonly SemanticModel _model;
    private readonly HashSet<Dependency> _dependencies = [];
    private readonly Dictionary<ISymbol, string> _outside = new(SymbolEqualityComparer.Default);
    private readonly List<string> _unknown = [];

    private FileDependencies(CSharpCompilation compilation, SyntaxTree tree)
    {
        _tree = tree;
        _model = compilation.GetSemanticModel(tree);
    }

    public string Project => _model.Compilation.AssemblyName!;

    public IReadOnlyCollection<Dependency> Dependencies => _dependencies;

    /// <summary>Types and members of the framework and of packages, with the first place.</summary>
    public IReadOnlyDictionary<ISymbol, string> Outside => _outside;

    public IReadOnlyList<string> Unknown => _unknown;

    public static FileDependencies Read(CSharpCompilation compilation, SyntaxTree tree, IReadOnlyCollection<string> projects)
    {
        FileDependencies file = new(compilation, tree);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(descendIntoTrivia: true))
        {
            TypeName? from = null;
            foreach (TypeName to in file.Targets(node).Where(to => projects.Contains(to.Project)))
            {
                from ??= file.Writer(node);
                if (to != from)
                {
                    file._dependencies.Add(new Dependency(from, to, tree.FilePath, file.Line(node)));
                }
            }
        }

        return file;
    }

    private IEnumerable<TypeName> Targets(SyntaxNode node)
    {
        if (node is UsingDirectiveSyntax { NamespaceOrType: { } used } && _model.GetSymbolInfo(used).Symbol is INamespaceSymbol whole)
        {
            return whole.ConstituentNamespaces.Where(part => part.ContainingAssembly is not null)
                .Select(part => new TypeName(part.ContainingAssembly.Name, part.ToDisplayString(), ""));
        }

        return node switch
        {
            SimpleNameSyntax name => Named(name),
            BaseObjectCreationExpressionSyntax or ElementAccessExpressionSyntax => Parts(_model.GetTypeInfo(node).Type),
            _ => [],
        };
    }

    private IEnumerable<TypeName> Named(SimpleNameSyntax name)
    {
        SymbolInfo info = _model.GetSymbolInfo(name);
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (symbol is (INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol) and { Locations: [{ IsInMetadata: true }, ..] })
        {
            _outside.TryAdd(symbol.OriginalDefinition, $"{_tree.FilePath}:{Line(name)}");
        }

        switch (symbol)
        {
            case IAliasSymbol { Target: INamedTypeSymbol type }:
                return Parts(type);
            case INamedTypeSymbol type:
                return Parts(type);
            case IMethodSymbol method:
                return [.. Parts((method.ReducedFrom ?? method).ContainingType), .. Parts(method.ReturnType)];
            case IPropertySymbol property:
                return [.. Parts(property.ContainingType), .. Parts(property.Type)];
            case IFieldSymbol field:
                return [.. Parts(field.ContainingType), .. Parts(field.Type)];
            case IEventSymbol happening:
                return [.. Parts(happening.ContainingType), .. Parts(happening.Type)];
            case ILocalSymbol local:
                return Parts(local.Type);
            case IParameterSymbol parameter:
                return Parts(parameter.Type);
            case null when !IsKnown(name):
                _unknown.Add($"{_tree.FilePath}:{Line(name)}: {name} in {name.Parent}");
                return [];
            default:
                return [];
        }
    }

    /// <summary>Words of the language that look like names; the members that a generator adds to a JSON context, and what follows from them.</summary>
    private bool IsKnown(SimpleNameSyntax name) =>
        name.Identifier.Text is "nameof" or "notnull" or "unmanaged" or "_" or "var"
        || _model.GetTypeInfo(name).Type is { TypeKind: not TypeKind.Error }
        || (name.Parent is MemberAccessExpressionSyntax member && member.Name == name && IsUntold(member.Expression));

    private bool IsUntold(ExpressionSyntax receiver) =>
        _model.GetSymbolInfo(receiver).Symbol is INamedTypeSymbol type ? type.BaseType?.Name == "JsonSerializerContext" : _model.GetTypeInfo(receiver).Type is null or { TypeKind: TypeKind.Error };

    /// <summary>A type and what it is made of: <c>Dictionary&lt;string, Price[]&gt;</c> knows <c>Price</c>.</summary>
    private static IEnumerable<TypeName> Parts(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        INamedTypeSymbol { TypeKind: not TypeKind.Error } named => named.TypeArguments.SelectMany(Parts).Prepend(TypeName.Of(named)),
        _ => [],
    };

    /// <summary>A comment above a type is the type's, although it stands before it; a using is that of the file's first type.</summary>
    private TypeName Writer(SyntaxNode node)
    {
        SyntaxNode? place = node.FirstAncestorOrSelf<DocumentationCommentTriviaSyntax>()?.ParentTrivia.Token.Parent ?? node;
        SyntaxNode? outermost = place.AncestorsAndSelf().LastOrDefault(IsType) ?? _tree.GetRoot().DescendantNodes().FirstOrDefault(IsType);
        return outermost is not null && _model.GetDeclaredSymbol(outermost) is INamedTypeSymbol type ? TypeName.Of(type) : new TypeName(Project, "", "Program");
    }

    private static bool IsType(SyntaxNode node) => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax;

    private int Line(SyntaxNode node) => _tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
}
