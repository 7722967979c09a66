using Gateway.Authentication;
using Gateway.Authentication.Access;
using Gateway.Routing;

namespace Gateway.Manage;

/// <summary>What whoever has just made or changed something should know, and what is no mistake for all that.</summary>
public sealed class ChangeWarnings(UnpricedModels unpriced, LiveRouter live, KnownTeams teams)
{
    /// <summary>Null when there is nothing to say.</summary>
    public IReadOnlyList<string>? OfBudget(bool isSet, string? team = null) => Of(isSet, [], [], [], team);

    /// <summary>The same, of models, providers and scopes that it was given, too.</summary>
    public IReadOnlyList<string>? Of(bool hasBudget, IReadOnlyList<string> models, IReadOnlyList<string> providers, IReadOnlyList<string> scopes, string? team = null)
    {
        List<string> warnings = [.. GrantNames.Warnings(live.Now.Catalog, models, providers)];
        if (hasBudget && unpriced.Warning is { } warning)
        {
            warnings.Add(warning);
        }

        if (Scopes.Note(scopes) is { } note)
        {
            warnings.Add(note);
        }

        if (team is not null)
        {
            warnings.Add(team);
        }

        return warnings.Count > 0 ? warnings : null;
    }

    /// <summary>What to say of a team that is new and reads like another. To be asked before it is made. Null for nothing.</summary>
    public async Task<string?> OfTeamAsync(string team, CancellationToken cancellationToken) =>
        await teams.LikeAsync(team, cancellationToken) is { } like ? $"The team '{team}' is new: did you mean '{like}'?" : null;
}
