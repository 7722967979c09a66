using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Routing;
using Gateway.Storage;

namespace Gateway.Cli.Doctor;

/// <summary>Models of which nobody knows the price: under a budget nobody counts them.</summary>
internal sealed class PricesCheck(UnpricedModels unpriced, LiveRouter live, KeyAdministration keys, TeamAdministration teams, IssuerAdministration issuers)
{
    private const string Name = "prices";
    private const string Cure = "set Gateway:Models:<n>:Price (0 if it is free); 'gw prices' shows what is known";

    /// <param name="readsStorage">It answered before; who has budgets is in it.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<Finding> RunAsync(bool readsStorage, CancellationToken cancellationToken)
    {
        string[] names = [.. unpriced.Names];
        if (names.Length == 0)
        {
            return Finding.Ok(Name, "every model that is offered has one");
        }

        string models = string.Join(", ", names);
        string? who = null;
        try
        {
            who = readsStorage ? await BudgetAsync(cancellationToken) : null;
        }
        catch (StorageUnavailableException exception)
        {
            return Finding.Warn(Name, $"none is known for {models}, and whether anybody has a budget cannot be read: {exception.Message}", Cure);
        }

        return !readsStorage ? Finding.Warn(Name, $"none is known for {models}; whether anybody has a budget is in the storage", Cure)
            : who is null ? Finding.Warn(Name, $"none is known for {models}: reports show no cost for them, and a budget would not count them", Cure)
            : live.Now.Catalog.RefusesUnpriced ? Finding.Warn(Name, $"none is known for {models}, so callers with a budget, such as {who}, are refused there", Cure)
            : Finding.Fail(Name, $"none is known for {models}, and {who} has a budget, which does not count them", $"{Cure}; Gateway:Unpriced=refuse keeps callers with a budget away from them");
    }

    /// <summary>Somebody who has one; null when nobody has.</summary>
    private async Task<string?> BudgetAsync(CancellationToken cancellationToken)
    {
        if ((await teams.ListAsync(cancellationToken)).FirstOrDefault(team => team.Limits.HasBudget) is { } team)
        {
            return $"team '{team.Name}'";
        }

        if ((await keys.ListAsync(cancellationToken)).FirstOrDefault(key => key.RevokedAt is null && key.Limits.HasBudget) is { } key)
        {
            return $"key {key.Id}";
        }

        return (await issuers.ListAsync(cancellationToken)).FirstOrDefault(issuer => issuer.Limits.HasBudget || issuer.People?.Limits.Any(entry => entry.Limits.HasBudget) == true) is { } issuer
            ? $"issuer '{issuer.Id}'"
            : null;
    }
}
