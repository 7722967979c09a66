namespace Gateway.Architecture.Tests.Sources;

/// <summary>Code of one type that knows another type of the solution, or its whole namespace (a using).</summary>
internal sealed record Dependency(TypeName From, TypeName To, string File, int Line)
{
    public string Place => $"{File}:{Line}";
}
