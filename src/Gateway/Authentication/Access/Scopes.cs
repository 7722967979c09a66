namespace Gateway.Authentication.Access;

/// <summary>What a key may do. One without any calls models, and so does one that manages; one that reads does so only when it is told to.</summary>
public static class Scopes
{
    /// <summary>All of the operators' surface, <c>/manage</c>.</summary>
    public const string Manage = "manage";

    /// <summary>Reads the numbers of its own team.</summary>
    public const string Usage = "usage";

    /// <summary>Reads those of every team.</summary>
    public const string UsageOfAll = "usage:all";

    /// <summary>Calls models, beside what else it may do.</summary>
    public const string Models = "models";

    public static IReadOnlyList<string> All { get; } = [Manage, Usage, UsageOfAll, Models];

    /// <summary>What was made to read numbers spends none, unless it says so.</summary>
    public static bool CallModels(IReadOnlyList<string> scopes) => scopes.Count == 0 || scopes.Contains(Models) || scopes.Contains(Manage);

    /// <summary>What whoever gives these should know; null for nothing.</summary>
    public static string? Note(IReadOnlyList<string> scopes) => CallModels(scopes) || scopes.Except(All).Any()
        ? null
        : $"It reads usage and calls no models: of its scopes ({string.Join(", ", scopes)}) none is '{Models}'. With both it does both.";
}
