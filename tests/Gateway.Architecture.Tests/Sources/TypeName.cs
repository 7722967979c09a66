using Microsoft.CodeAnalysis;

namespace Gateway.Architecture.Tests.Sources;

/// <summary>A type that stands in a namespace. A program's start has none; an empty name is the whole namespace.</summary>
internal sealed record TypeName(string Project, string Namespace, string Name)
{
    /// <summary>Nested types belong to the one that stands in the namespace.</summary>
    public static TypeName Of(INamedTypeSymbol type)
    {
        while (type.ContainingType is { } outer)
        {
            type = outer;
        }

        string name = type.ContainingNamespace is null or { IsGlobalNamespace: true } ? "" : type.ContainingNamespace.ToDisplayString();
        return new TypeName(type.ContainingAssembly?.Name ?? "", name, type.Name);
    }

    public override string ToString() => (Namespace, Name) switch
    {
        ("", _) => $"{Name} of {Project}",
        (_, "") => $"{Namespace}.*",
        _ => $"{Namespace}.{Name}",
    };
}
