using Gateway.Authentication.Access;
using Gateway.Routing;

namespace Gateway.Manage;

/// <summary>What whoever sets a budget or gives scopes is told.</summary>
internal static class GrantWarnings
{
    /// <summary>Null when there is nothing to say.</summary>
    public static IReadOnlyList<string>? Of(bool hasBudget, UnpricedModels unpriced, IReadOnlyList<string>? scopes = null)
    {
        string[] warnings = [.. new[] { hasBudget ? unpriced.Warning : null, Scopes.Note(scopes ?? []) }.OfType<string>()];
        return warnings.Length > 0 ? warnings : null;
    }
}
