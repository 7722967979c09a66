using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Sources;

/// <summary>A type as its text declares it. Parts of one type come one by one.</summary>
internal sealed record DeclaredType(string Name, string FullName, bool IsNested, IReadOnlyList<string> Members, string Place)
{
    private static readonly Lazy<IReadOnlyList<DeclaredType>> s_all = new(() =>
        [.. SourceModel.Src.Projects.Concat(SourceProject.ReadAll("tests/")).SelectMany(project => project.Files).AsParallel().AsOrdered().SelectMany(In)]);

    /// <summary>Those of the whole solution, tests included.</summary>
    public static IReadOnlyList<DeclaredType> All => s_all.Value;

    public static IEnumerable<DeclaredType> In(SourceFile file)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(file.Text, path: file.Path);
        string project = string.Join('/', file.Path.Split('/').Take(2));
        return
            from node in tree.GetRoot().DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax)
            let name = NameOf(node)
            where name is not null && node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
            let around = node.Ancestors().Select(a => a is BaseNamespaceDeclarationSyntax space ? space.Name.ToString() : NameOf(a) ?? "")
            select new DeclaredType(
                name,
                $"{project}:{string.Join('.', around.Reverse())}.{name}",
                node.Parent is TypeDeclarationSyntax,
                [.. node.ChildNodes().SelectMany(child => child is ParameterListSyntax list ? list.Parameters.AsEnumerable<SyntaxNode>() : [child]).Select(NameOf).OfType<string>()],
                $"{file.Path}:{tree.GetLineSpan(node.Span).StartLinePosition.Line + 1}");
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        ParameterSyntax parameter => parameter.Identifier.Text,
        EnumMemberDeclarationSyntax value => value.Identifier.Text,
        FieldDeclarationSyntax { Declaration.Variables: [{ } field, ..] } => field.Identifier.Text,
        _ => null,
    };
}
