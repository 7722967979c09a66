using Gateway.Architecture.Tests.Sources;
using Microsoft.CodeAnalysis;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>An interface only where two implementations exist today; those of tests do not count.</summary>
internal static class InterfaceRule
{
    public static IEnumerable<string> TooFew(SourceModel model)
    {
        INamedTypeSymbol[] types = [.. model.Projects.SelectMany(project => model.TypesOf(project.Name))];
        return
            from type in types
            where type.TypeKind == TypeKind.Interface
            let made = types.Where(t => t.TypeKind is TypeKind.Class or TypeKind.Struct && !t.IsAbstract && t.AllInterfaces.Any(i => TypeName.Of(i) == TypeName.Of(type))).ToArray()
            where made.Length < 2
            let line = type.Locations[0].GetLineSpan()
            select $"{line.Path}:{line.StartLinePosition.Line + 1}: {type.Name} is implemented by {(made.Length == 0 ? "nobody" : $"{made[0].Name} only")}";
    }
}
