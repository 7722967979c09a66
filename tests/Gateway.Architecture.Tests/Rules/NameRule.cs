using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>One name, one type: whoever searches for it finds it.</summary>
internal static class NameRule
{
    /// <summary>
    /// Names of types in a namespace that stand for another type, too. Nested types are read with the name of the outer one
    /// (<c>KeyChange.Done</c>, <c>TeamChange.Done</c>) and may be called alike, but not like one in a namespace.
    /// </summary>
    public static IEnumerable<string> Twice(IEnumerable<DeclaredType> types) =>
        from type in types
        where type.Name != "Program"
        group type by type.Name into named
        where named.Any(type => !type.IsNested) && named.Select(type => type.FullName).Distinct().Count() > 1
        orderby named.Key
        select $"{named.Key}: {string.Join(", ", named.Select(type => type.Place))}";
}
