using Gateway.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>What need not be public is not.</summary>
internal static class PublicRule
{
    /// <summary>
    /// Public types of a project that nobody outside of it names. One that stands in the signature of a needed type is needed
    /// itself: the compiler wants it public.
    /// </summary>
    public static IEnumerable<string> NeedNotBe(SourceModel model, string project)
    {
        HashSet<TypeName> named = [.. model.Dependencies.Where(l => l.From.Project != project && l.To.Project == project).Select(l => l.To)];
        INamedTypeSymbol[] types = [.. model.TypesOf(project).Where(t => t is { DeclaredAccessibility: Accessibility.Public, ContainingType: null })];
        HashSet<INamedTypeSymbol> needed = new(SymbolEqualityComparer.Default);
        Stack<INamedTypeSymbol> open = new(types.Where(t => named.Contains(TypeName.Of(t))));
        while (open.TryPop(out INamedTypeSymbol? type))
        {
            if (needed.Add(type))
            {
                foreach (INamedTypeSymbol other in Signatures(type).SelectMany(Parts).Where(t => t.ContainingAssembly?.Name == project))
                {
                    open.Push(other);
                }
            }
        }

        return
            from type in types
            where !needed.Contains(type)
            let line = type.Locations[0].GetLineSpan()
            orderby line.Path
            select $"{line.Path}:{line.StartLinePosition.Line + 1}: {type.ToDisplayString()}";
    }

    /// <summary>The types that everyone who sees this one must see. A class may implement an interface that nobody sees.</summary>
    private static IEnumerable<ITypeSymbol> Signatures(INamedTypeSymbol type)
    {
        IEnumerable<ITypeSymbol?> around = [type.BaseType, .. type.TypeKind == TypeKind.Interface ? type.Interfaces : [], .. type.TypeParameters.SelectMany(p => p.ConstraintTypes), .. Of(type.DelegateInvokeMethod)];
        return around.OfType<ITypeSymbol>().Concat(type.GetMembers().Where(IsSeen).SelectMany(member => member switch
        {
            IMethodSymbol method => Of(method),
            IPropertySymbol property => [property.Type, .. property.Parameters.Select(p => p.Type)],
            IFieldSymbol field => [field.Type],
            IEventSymbol happening => [happening.Type],
            INamedTypeSymbol nested => Signatures(nested),
            _ => [],
        }));
    }

    private static IEnumerable<ITypeSymbol> Of(IMethodSymbol? method) =>
        method is null ? [] : [method.ReturnType, .. method.Parameters.Select(p => p.Type), .. method.TypeParameters.SelectMany(p => p.ConstraintTypes)];

    private static bool IsSeen(ISymbol member) =>
        member.DeclaredAccessibility is Accessibility.Public or Accessibility.ProtectedOrInternal || (member.DeclaredAccessibility == Accessibility.Protected && !member.ContainingType.IsSealed);

    private static IEnumerable<INamedTypeSymbol> Parts(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        IPointerTypeSymbol pointer => Parts(pointer.PointedAtType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Parts).Prepend(Outermost(named.OriginalDefinition)),
        _ => [],
    };

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;
}
