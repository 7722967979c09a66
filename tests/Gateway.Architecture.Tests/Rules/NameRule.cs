using Gateway.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>One name, one type: whoever searches for it finds it.</summary>
internal static class NameRule
{
    /// <summary>
    /// Names of types in a namespace that stand for another type, too. Nested types are read with the name of the outer one
    /// (<c>KeyChange.Done</c>, <c>TeamChange.Done</c>) and may be called alike, but not like one in a namespace.
    /// </summary>
    public static IEnumerable<string> Twice(IEnumerable<SourceFile> files) =>
        from type in files.SelectMany(TypesIn)
        where type.Name != "Program"
        group type by type.Name into named
        where named.Any(type => !type.IsNested) && named.Select(type => type.FullName).Distinct().Count() > 1
        orderby named.Key
        select $"{named.Key}: {string.Join(", ", named.Select(type => type.Place))}";

    private static IEnumerable<(string Name, string FullName, bool IsNested, string Place)> TypesIn(SourceFile file)
    {
        CSharpSyntaxTree tree = (CSharpSyntaxTree)CSharpSyntaxTree.ParseText(file.Text, path: file.Path);
        string project = string.Join('/', file.Path.Split('/').Take(2));
        return
            from node in tree.GetRoot().DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax)
            let name = node switch { BaseTypeDeclarationSyntax type => type.Identifier.Text, DelegateDeclarationSyntax type => type.Identifier.Text, _ => null }
            where name is not null
            let around = node.Ancestors().Select(a => a switch { BaseNamespaceDeclarationSyntax n => n.Name.ToString(), BaseTypeDeclarationSyntax t => t.Identifier.Text, _ => "" })
            select (name, $"{project}:{string.Join('.', around.Reverse())}.{name}", node.Parent is TypeDeclarationSyntax, $"{file.Path}:{tree.GetLineSpan(node.Span).StartLinePosition.Line + 1}");
    }
}
