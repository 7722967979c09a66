using System.Collections.Concurrent;
using Gateway.Authentication;
using Gateway.Authentication.Teams;
using Gateway.Storage;
using Gateway.Translation.Errors;

namespace Gateway.Admission;

/// <summary>
/// Lets requests in as far as the limits of their key and of its team allow. Rates are counted here and shared with
/// other instances every moment; budgets are exact across instances (see <see cref="BudgetAccount"/>).
/// </summary>
public sealed class AdmissionControl
{
    private readonly TeamDirectory _teams;
    private readonly ISpendStore _store;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, AdmissionScope> _scopes = new(StringComparer.Ordinal);

    internal AdmissionControl(TeamDirectory teams, ISpendStore store, TimeProvider time) => (_teams, _store, _time) = (teams, store, time);

    internal async ValueTask<AdmissionResult> AdmitAsync(Caller caller, ExpectedUse expected, CancellationToken cancellationToken)
    {
        try
        {
            Limits team = await _teams.LimitsOfAsync(caller.Team, cancellationToken);
            AdmissionScope.Limited[] scopes =
            [
                .. Limited($"key:{caller.KeyId}", $"the key {caller.KeyId}", caller.Limits),
                .. Limited($"team:{caller.Team}", $"the team '{caller.Team}'", team),
            ];
            return scopes.Length == 0
                ? new AdmissionResult(null, null, [], [])
                : await AdmitAsync(scopes, expected, cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            return Refused(GatewayError.Unavailable("The storage of budgets cannot be reached, so the limits of this key cannot be checked. Try again in a moment."), []);
        }
    }

    /// <summary>Writes what was spent, keeps the leases of running requests and shares counts. Called every moment.</summary>
    internal async Task UpkeepAsync(bool closing, Action<AdmissionScope, Exception> failed, CancellationToken cancellationToken)
    {
        foreach ((string id, AdmissionScope scope) in _scopes)
        {
            try
            {
                await scope.Budgets.UpkeepAsync(closing, cancellationToken);
                await scope.ShareRatesAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // One scope's trouble is not the others'.
                failed(scope, exception);
            }

            if (scope.TryForget())
            {
                _scopes.TryRemove(new(id, scope));
            }
        }
    }

    private static async ValueTask<AdmissionResult> AdmitAsync(AdmissionScope.Limited[] scopes, ExpectedUse expected, CancellationToken cancellationToken)
    {
        List<AdmissionScope.Limited> counted = [];
        List<AdmissionScope.Limited> reserved = [];
        foreach (AdmissionScope.Limited scope in scopes.Where(s => s.Rates.Count > 0))
        {
            await scope.Scope.KnowOthersAsync();
        }

        IReadOnlyList<string> shadowed = await ShadowedAsync(scopes, expected, cancellationToken);
        GatewayError? refusal = null;
        try
        {
            refusal = Count(scopes, expected, counted) ?? await ReserveAsync(scopes, expected, reserved, cancellationToken);
            return refusal is null
                ? new AdmissionResult(new AdmissionTicket(scopes, expected), null, Tightest(scopes, expected), shadowed)
                : Refused(refusal, Tightest(scopes, expected));
        }
        finally
        {
            // Nothing of a request that was not let in may count, whatever stopped it.
            if (refusal is not null || reserved.Count < scopes.Count(s => s.Budgets.Count > 0))
            {
                counted.ForEach(s => s.Scope.Rates.Correct(new RateCounts(-1, -expected.InputTokens, 0), expected.Stream ? -1 : 0));
                reserved.ForEach(s => s.Scope.Budgets.Settle(expected.Usd, 0));
            }
        }
    }

    private static GatewayError? Count(IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected, List<AdmissionScope.Limited> counted)
    {
        foreach (AdmissionScope.Limited scope in scopes.Where(s => s.Rates.Count > 0))
        {
            RateStatus.Limit[] enforced = [.. scope.Rates.Where(limit => limit.Rate.Mode == LimitMode.Enforce)];
            if (scope.Scope.Rates.TryAdd(enforced, new RateCounts(1, expected.InputTokens, 0), expected.Stream) is { } full)
            {
                return AdmissionRefusal.Of(scope.Scope.Label, full);
            }

            counted.Add(scope);
        }

        return null;
    }

    private static async ValueTask<GatewayError?> ReserveAsync(
        IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected, List<AdmissionScope.Limited> reserved, CancellationToken cancellationToken)
    {
        foreach (AdmissionScope.Limited scope in scopes.Where(s => s.Budgets.Count > 0))
        {
            BudgetLimit[] enforced = [.. scope.Budgets.Where(limit => limit.Budget.Mode == LimitMode.Enforce)];
            if (await scope.Scope.Budgets.ReserveAsync(expected.Usd, enforced, cancellationToken) is { } refusal)
            {
                return AdmissionRefusal.Of(scope.Scope.Label, refusal);
            }

            reserved.Add(scope);
        }

        return null;
    }

    private static async ValueTask<IReadOnlyList<string>> ShadowedAsync(IReadOnlyList<AdmissionScope.Limited> scopes, ExpectedUse expected, CancellationToken cancellationToken)
    {
        List<string> names = [];
        foreach (AdmissionScope.Limited scope in scopes)
        {
            string owner = scope.Scope.Id[..scope.Scope.Id.IndexOf(':', StringComparison.Ordinal)];
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

    private IEnumerable<AdmissionScope.Limited> Limited(string id, string label, Limits limits)
    {
        if (limits == Limits.None)
        {
            yield break;
        }

        while (true)
        {
            AdmissionScope.Limited limited = new(_scopes.GetOrAdd(id, _ => new AdmissionScope(id, label, _store, _time)), limits);
            if (limited.Scope.TrySee(limited.Rates.Count > 0))
            {
                yield return limited;
                yield break;
            }

            _scopes.TryRemove(new(id, limited.Scope));
        }
    }
}
