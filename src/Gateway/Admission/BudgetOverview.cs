using System.Globalization;
using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Routing.Prices;
using Gateway.Storage;

namespace Gateway.Admission;

/// <summary>How the budgets of all keys, teams and rules stand, by one look at each of the tables.</summary>
internal sealed class BudgetOverview(IKeyStore keys, ITeamStore teams, IIssuerStore issuers, ISpendStore spend, TimeProvider time)
{
    /// <summary>Whose budgets they are.</summary>
    /// <param name="Kind">As alerts name it: <c>key</c>, <c>team</c>, <c>rule</c>, <c>person</c>.</param>
    /// <param name="Id">Of the key, the rule or the person; the name of the team.</param>
    /// <param name="Name">Of the key or the rule.</param>
    /// <param name="Team">By whose calendar the windows begin.</param>
    /// <param name="Limits">With the budgets.</param>
    private sealed record Owner(string Kind, string Id, string? Name, string Team, Limits Limits)
    {
        /// <summary>Those of all models, and those of some.</summary>
        public IEnumerable<(ScopeId Scope, Limits Limits)> Scopes => (Limits.Models ?? [])
            .Select(entry => (Of(entry.Model), entry.Limits))
            .Prepend((Of(null), Limits))
            .Where(scope => BudgetLimit.Of(scope.Item2).Any());

        private ScopeId Of(string? model) => new(Kind == "team" ? Kind : "key", Id, model);
    }

    /// <summary>The nearest to its end first. Keys that were revoked or have expired can spend nothing, and are left out.</summary>
    /// <param name="team">Only this team's; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="StorageUnavailableException">The storage does not answer.</exception>
    public async Task<IReadOnlyList<BudgetStanding>> ListAsync(string? team, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<VirtualKey>> keysRead = keys.ListAsync(cancellationToken);
        Task<IReadOnlyList<Team>> teamsRead = teams.ListAsync(cancellationToken);
        Task<IReadOnlyList<TrustedIssuer>> issuersRead = issuers.ListAsync(cancellationToken);
        await Task.WhenAll(keysRead, teamsRead, issuersRead);
        DateTimeOffset now = time.GetUtcNow();
        Dictionary<string, Team> known = (await teamsRead).ToDictionary(each => each.Name, StringComparer.Ordinal);
        TrustedIssuer[] rules = [.. (await issuersRead).Where(rule => rule.Limits.HasBudget && (team is null || rule.Team == team))];
        List<Owner> owners =
        [
            .. (await keysRead).Where(key => key.StateAt(now) == KeyState.Active).Select(key => new Owner("key", key.Id, key.Name, key.Team, key.Limits)),
            .. known.Values.Select(each => new Owner("team", each.Name, null, each.Name, each.Limits)),
            .. rules.Where(rule => !rule.PerSubject).Select(rule => new Owner("rule", $"oidc.{rule.Id}", rule.Name, rule.Team, rule.Limits)),
        ];
        owners.RemoveAll(owner => team is not null && owner.Team != team);
        HashSet<string> wanted = [.. owners.SelectMany(owner => owner.Scopes).Select(scope => scope.Scope.ToString())];
        TrustedIssuer[] perSubject = [.. rules.Where(IsSameForAll)];
        if (wanted.Count == 0 && perSubject.Length == 0)
        {
            return [];
        }

        IReadOnlyList<SpendState> rows = await spend.ListAsync(scope => wanted.Contains(scope) || RuleOf(perSubject, scope) is not null, cancellationToken);
        Dictionary<string, SpendState> spent = rows.ToDictionary(state => state.Scope, StringComparer.Ordinal);
        owners.AddRange(rows
            .Select(state => (ScopeId.Parse(state.Scope).Id, Rule: RuleOf(perSubject, state.Scope)))
            .Where(person => person.Rule is not null)
            .Distinct()
            .Select(person => new Owner("person", person.Id, person.Rule!.Name, person.Rule.Team, person.Rule.Limits)));
        return
        [
            .. owners.SelectMany(owner => StandingsOf(owner, BudgetCalendar.Of(known.GetValueOrDefault(owner.Team) ?? new Team(owner.Team, Limits.None)), spent, now))
                .OrderBy(standing => standing.Place, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<BudgetStanding> StandingsOf(Owner owner, BudgetCalendar calendar, Dictionary<string, SpendState> spent, DateTimeOffset now) =>
        owner.Scopes.SelectMany(scope =>
        {
            SpendState state = spent.GetValueOrDefault(scope.Scope.ToString()) ?? new SpendState(scope.Scope.ToString());
            return BudgetStatus.Of(scope.Scope, scope.Limits, state, calendar, now).Select(status => new BudgetStanding(owner.Kind, owner.Id, owner.Name, owner.Team, status));
        });

    /// <summary>What it takes from each person's claims is in no row: whose team and limits those are is not known here.</summary>
    private static bool IsSameForAll(TrustedIssuer rule) => rule is { PerSubject: true, People: null or { TeamClaim: null, LimitsClaim: null } };

    private static TrustedIssuer? RuleOf(TrustedIssuer[] rules, string scope) =>
        rules.Length == 0 || !(scope.StartsWith("key:", StringComparison.Ordinal) || scope.StartsWith("key-model:", StringComparison.Ordinal)) ? null
        : ScopeId.Parse(scope).Id.Split('.') is ["oidc", var rule, _] ? Array.Find(rules, each => each.Id == rule)
        : null;
}

/// <summary>How one budget of somebody stands.</summary>
/// <param name="Kind"><c>key</c>, <c>team</c>, <c>rule</c> or <c>person</c>.</param>
/// <param name="Id">Whose.</param>
/// <param name="Name">If there is one.</param>
/// <param name="Team">That it belongs to.</param>
/// <param name="Status">What was spent.</param>
internal sealed record BudgetStanding(string Kind, string Id, string? Name, string Team, BudgetStatus Status)
{
    /// <summary>More is not told apart.</summary>
    private const int MostUsed = 1_000_000;

    /// <summary>Which part of it is spent, 1 for all; a budget of nothing is used up.</summary>
    public decimal Used =>
        Status.Budget.Usd <= 0 ? 1
        : Status.Spent >= Usd.Of(Status.Budget.Usd) * MostUsed ? MostUsed
        : Status.Spent / Status.Budget.Usd;

    /// <summary>In the list: the most used one comes first, and no other has the same.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{MostUsed - Used:0000000.000000000000}\0{Kind}\0{Id}\0{Status.Model}\0{(int)Status.Window}");
}
