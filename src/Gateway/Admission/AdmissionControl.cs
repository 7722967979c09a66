using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.Alerts;
using Gateway.Authentication.Access;
using Gateway.Authentication.Teams;
using Gateway.Diagnostics;
using Gateway.Storage;
using Gateway.Translation.Errors;

namespace Gateway.Admission;

/// <summary>
/// Lets requests in as far as the limits of their key and of its team allow. Rates are counted here and shared with
/// other instances every moment; budgets are exact across instances (see <see cref="BudgetAccount"/>).
/// </summary>
public sealed class AdmissionControl
{
    /// <summary>
    /// How many keys and teams are looked after at the same time. Each takes up to four table calls, one after the other:
    /// at 10 ms a call, 1,600 busy ones are through within <see cref="AdmissionUpkeep.Period"/>.
    /// </summary>
    internal const int ScopesAtOnce = 32;

    private readonly TeamDirectory _teams;
    private readonly ISpendStore _store;
    private readonly TimeProvider _time;
    private readonly AlertOutbox? _alerts;
    private readonly ConcurrentDictionary<string, AdmissionScope> _scopes = new(StringComparer.Ordinal);

    private readonly Func<bool> _refusesUnpriced;

    /// <param name="teams">With the limits of each.</param>
    /// <param name="store">What was spent.</param>
    /// <param name="time">The clock.</param>
    /// <param name="refusesUnpriced">Whether who has a budget may use only what has a price; the operator may change it meanwhile.</param>
    /// <param name="alerts">Hear of budgets that are used up; null: nobody does.</param>
    internal AdmissionControl(TeamDirectory teams, ISpendStore store, TimeProvider time, Func<bool>? refusesUnpriced = null, AlertOutbox? alerts = null) =>
        (_teams, _store, _time, _refusesUnpriced, _alerts) = (teams, store, time, refusesUnpriced ?? (() => false), alerts);

    internal async ValueTask<AdmissionResult> AdmitAsync(Caller caller, ExpectedUse expected, CancellationToken cancellationToken)
    {
        using Activity? span = GatewayTelemetry.Stage(GenAiNames.Admit);
        AdmissionResult result = await DecideAsync(caller, expected, cancellationToken);
        LimitsCounter.Count(result);
        return result;
    }

    /// <summary>How the budgets of a caller and of its team stand, as far as the row says: what instances set aside counts as reserved.</summary>
    /// <exception cref="StorageUnavailableException">The storage does not answer.</exception>
    internal async ValueTask<IReadOnlyList<BudgetStatus>> StatusAsync(Caller caller, CancellationToken cancellationToken)
    {
        Team team = await _teams.FindAsync(caller.Team, cancellationToken);
        BudgetCalendar calendar = BudgetCalendar.Of(team);
        return
        [
            .. await StatusesAsync("key", caller.KeyId, caller.Limits, calendar, cancellationToken),
            .. await StatusesAsync("team", caller.Team, team.Limits, calendar, cancellationToken),
        ];
    }

    private async Task<IReadOnlyList<BudgetStatus>> StatusesAsync(string owner, string id, Limits limits, BudgetCalendar calendar, CancellationToken cancellationToken)
    {
        List<BudgetStatus> all = [.. await StatusAsync(new ScopeId(owner, id), limits, calendar, cancellationToken)];
        foreach (ModelLimits entry in limits.Models ?? [])
        {
            all.AddRange(await StatusAsync(new ScopeId(owner, id, entry.Model), entry.Limits, calendar, cancellationToken));
        }

        return all;
    }

    private async Task<IReadOnlyList<BudgetStatus>> StatusAsync(ScopeId id, Limits limits, BudgetCalendar calendar, CancellationToken cancellationToken)
    {
        if (!BudgetLimit.Of(limits).Any())
        {
            return [];
        }

        SpendState state = await _store.ReadAsync(id.ToString(), cancellationToken);
        return [.. BudgetStatus.Of(id, limits, state, calendar, _time.GetUtcNow())];
    }

    private async ValueTask<AdmissionResult> DecideAsync(Caller caller, ExpectedUse expected, CancellationToken cancellationToken)
    {
        try
        {
            Team team = await _teams.FindAsync(caller.Team, cancellationToken);
            AdmissionScope.Limited[] scopes =
            [
                .. LimitedOf("key", caller.KeyId, caller.Limits, expected),
                .. LimitedOf("team", caller.Team, team.Limits, expected),
            ];
            foreach (AdmissionScope.Limited scope in scopes)
            {
                scope.Scope.Follow(BudgetCalendar.Of(team));
                scope.Scope.Watch.Know(caller, scope.Limits, scope.AlertAt);
            }

            if (scopes.Length == 0)
            {
                return new AdmissionResult(null, null, [], []);
            }

            AdmissionScope.Limited? counting = _refusesUnpriced() ? Array.Find(scopes, scope => scope.EnforcedBudgets.Count > 0) : null;
            return counting is not null && expected.IsUnpriced
                ? Refused(AdmissionRefusal.Unpriced(counting.Scope.Label, expected.Model), [])
                : await AdmitAsync(scopes, expected, cancellationToken) with { PricedOnly = counting is not null };
        }
        catch (StorageUnavailableException)
        {
            return Refused(GatewayError.Unavailable("The storage of budgets cannot be reached, so the limits of this key cannot be checked. Try again in a moment."), []);
        }
    }

    /// <summary>Writes what was spent, keeps the leases of running requests and shares counts. Called every moment.</summary>
    internal Task UpkeepAsync(bool closing, Action<AdmissionScope, Exception> failed, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            _scopes,
            new ParallelOptions { MaxDegreeOfParallelism = ScopesAtOnce, CancellationToken = cancellationToken },
            async (scope, token) => await UpkeepAsync(scope.Key, scope.Value, closing, failed, token));

    private async Task UpkeepAsync(string id, AdmissionScope scope, bool closing, Action<AdmissionScope, Exception> failed, CancellationToken cancellationToken)
    {
        try
        {
            await scope.Budgets.UpkeepAsync(closing, cancellationToken);
            await scope.ShareRatesAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // One scope's trouble is not the others'.
            failed(scope, exception);
        }

        if (scope.TryForget())
        {
            _scopes.TryRemove(new(id, scope));
        }
    }

    private static async ValueTask<AdmissionResult> AdmitAsync(AdmissionScope.Limited[] scopes, ExpectedUse expected, CancellationToken cancellationToken)
    {
        foreach (AdmissionScope.Limited scope in scopes.Where(s => s.Rates.Count > 0))
        {
            await scope.Scope.KnowOthersAsync();
        }

        IReadOnlyList<string> shadowed = await ShadowedAsync(scopes, expected, cancellationToken);
        List<(AdmissionScope, RateEntry)> counted = [];
        List<AdmissionScope.Limited> reserved = [];
        AdmissionTicket ticket = new(counted, reserved, expected);
        bool admitted = false;
        try
        {
            GatewayError? refusal = await CountAsync(scopes, expected, counted, cancellationToken)
                ?? await ReserveAsync(scopes, expected, reserved, cancellationToken);
            admitted = refusal is null;
            return refusal is null
                ? new AdmissionResult(ticket, null, Tightest(scopes, expected), shadowed)
                : Refused(refusal, Tightest(scopes, expected));
        }
        finally
        {
            // Nothing of a request that was not let in may count, whatever stopped it.
            if (!admitted)
            {
                ticket.Settle(ActualUse.None);
            }
        }
    }

    private static async ValueTask<GatewayError?> CountAsync(
        IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected, List<(AdmissionScope, RateEntry)> counted, CancellationToken cancellationToken)
    {
        RateCounts counts = new(1, expected.InputTokens, 0);
        foreach (AdmissionScope.Limited scope in scopes.Where(s => s.Rates.Count > 0))
        {
            RateStatus.Limit[] enforced = [.. scope.Rates.Where(limit => limit.Rate.Mode == LimitMode.Enforce)];
            RateAnswer answer = await scope.Scope.CountAsync(enforced, counts, expected.Stream, cancellationToken);
            if (answer.Full is { } full)
            {
                return AdmissionRefusal.Of(scope.Scope.Label, full);
            }

            counted.Add((scope.Scope, answer.Entry!));
        }

        return null;
    }

    private static async ValueTask<GatewayError?> ReserveAsync(
        IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected, List<AdmissionScope.Limited> reserved, CancellationToken cancellationToken)
    {
        foreach (AdmissionScope.Limited scope in scopes.Where(s => s.Budgets.Count > 0))
        {
            if (await scope.Scope.Budgets.ReserveAsync(expected.Usd, scope.EnforcedBudgets, cancellationToken) is { } refusal)
            {
                scope.Scope.Watch.Refused(refusal);
                return AdmissionRefusal.Of(scope.Scope.Label, refusal);
            }

            scope.Scope.Enter();
            reserved.Add(scope);
        }

        return null;
    }

    private static async ValueTask<IReadOnlyList<string>> ShadowedAsync(IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected, CancellationToken cancellationToken)
    {
        List<string> names = [];
        foreach (AdmissionScope.Limited scope in scopes)
        {
            string owner = ScopeId.Parse(scope.Scope.Id).Short;
            RateStatus.Limit[] rates = [.. scope.Rates.Where(limit => limit.Rate.Mode == LimitMode.Shadow)];
            names.AddRange(scope.Scope.Rates.Measure(rates, expected.InputTokens)
                .Where(status => status.IsFull && (expected.Stream || status.Of.Kind != RateKind.ConcurrentStreams))
                .Select(status => $"{owner}:{AdmissionRefusal.NameOf(status.Of.Kind).Replace(' ', '_')}"));

            BudgetLimit[] budgets = [.. scope.Budgets.Where(limit => limit.Budget.Mode == LimitMode.Shadow)];
            if (budgets.Length > 0 && await scope.Scope.Budgets.WouldRefuseAsync(expected.Usd, budgets, cancellationToken) is { } refusal)
            {
                names.Add($"{owner}:budget_{refusal.Limit.Window.ToString().ToLowerInvariant()}");
            }
        }

        return names;
    }

    /// <summary>Of each kind the enforced limit with the least left.</summary>
    private static IReadOnlyList<RateStatus> Tightest(IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected) =>
    [
        .. scopes
            .SelectMany(s => s.Scope.Rates.Measure([.. s.Rates.Where(limit => limit.Rate.Mode == LimitMode.Enforce)], expected.InputTokens))
            .GroupBy(status => status.Of.Kind)
            .Select(kind => kind.MinBy(status => status.Remaining)!),
    ];

    private static AdmissionResult Refused(GatewayError error, IReadOnlyList<RateStatus> rates) => new(null, error, rates, []);

    /// <summary>For all models, and for each pattern that the one that is asked for fits.</summary>
    private IEnumerable<AdmissionScope.Limited> LimitedOf(string owner, string id, Limits limits, ExpectedUse expected) =>
        Limited(new ScopeId(owner, id), expected.Of(limits), limits.AlertAt).Concat(
            expected.OfModels(limits).SelectMany(entry => Limited(new ScopeId(owner, id, entry.Model), expected.Of(entry.Limits), limits.AlertAt)));

    private IEnumerable<AdmissionScope.Limited> Limited(ScopeId whose, Limits limits, IReadOnlyList<int>? alertAt)
    {
        if (limits == Limits.None)
        {
            yield break;
        }

        string id = whose.ToString();
        while (true)
        {
            AdmissionScope.Limited limited = new(_scopes.GetOrAdd(id, _ => new AdmissionScope(id, whose.Label, _store, _time, _alerts)), limits, alertAt);
            if (limited.Scope.TrySee(limited.Rates.Count > 0))
            {
                yield return limited;
                yield break;
            }

            _scopes.TryRemove(new(id, limited.Scope));
        }
    }
}
