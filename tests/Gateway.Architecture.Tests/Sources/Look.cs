namespace Gateway.Architecture.Tests.Sources;

/// <summary>Code of one type that knows another type of the solution, or its whole namespace (a using: <c>Type</c> is empty).</summary>
internal sealed record Look(TypeName From, TypeName To, string File, int Line)
{
    public string Place => $"{File}:{Line}";
}

/// <summary>A type of the solution. What has no namespace is a program's start.</summary>
internal sealed record TypeName(string Project, string Namespace, string Name)
{
    public override string ToString() => (Namespace, Name) switch
    {
        ("", _) => $"{Name} of {Project}",
        (_, "") => $"{Namespace}.*",
        _ => $"{Namespace}.{Name}",
    };
}
