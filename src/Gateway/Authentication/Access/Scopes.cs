namespace Gateway.Authentication.Access;

/// <summary>What a key may do beyond calling models.</summary>
public static class Scopes
{
    /// <summary>Use of the operators' surface, <c>/manage</c>.</summary>
    public const string Manage = "manage";

    public static IReadOnlyList<string> All { get; } = [Manage];
}
