using Gateway.Authentication.Access;
using Gateway.Authentication.Keys;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>Adds up daily totals. Reads them only: what a million requests came to is a few pages.</summary>
public sealed class UsageReporter
{
    private readonly IRollupStore _rollups;

    internal UsageReporter(IRollupStore rollups) => _rollups = rollups;

    /// <summary>Days in their order; everything else by cost, the dearest first.</summary>
    public async Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        Dictionary<RollupKey, RollupTotals> groups = [];
        Dictionary<string, (DateOnly Day, string Name)> people = new(StringComparer.Ordinal);
        RollupTotals total = RollupTotals.None;
        foreach (Rollup rollup in await _rollups.ListAsync(query.From, query.To, query.Key, cancellationToken))
        {
            if (Takes(query, rollup.Key))
            {
                Rollup.Add(groups, GroupOf(query.By, rollup.Key), rollup.Totals);
                total = total.Plus(rollup.Totals);
                if (rollup.Key is { KeyId: { } caller, Person: { } name } && (!people.TryGetValue(caller, out (DateOnly Day, string Name) known) || rollup.Key.Day >= known.Day))
                {
                    people[caller] = (rollup.Key.Day, name);
                }
            }
        }

        IEnumerable<UsageReportRow> rows = groups
            .OrderBy(group => group.Key.Day)
            .ThenByDescending(group => group.Value.CostUsd)
            .ThenByDescending(group => group.Value.Requests)
            .ThenBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => UsageReportRow.Of(group.Value) with
            {
                Day = query.By is UsageGroup.Day or UsageGroup.ModelAndDay ? group.Key.Day : null,
                KeyId = group.Key.KeyId,
                Team = group.Key.Team,
                Person = query.By is UsageGroup.Person or UsageGroup.Key && group.Key.KeyId is { } id && people.TryGetValue(id, out (DateOnly, string Name) person) ? person.Name : null,
                Model = group.Key.Provider is null ? null : $"{group.Key.Provider}/{group.Key.Model}",
            });
        return new UsageReport(query.From, query.To, query.By, [.. rows], UsageReportRow.Of(total));
    }

    /// <summary>What each key has spent today and this month (UTC), as far as prices were known.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="keyId">Only this key; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<IReadOnlyDictionary<string, KeySpend>> SpendAsync(DateTimeOffset now, string? keyId, CancellationToken cancellationToken)
    {
        DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);
        Dictionary<string, KeySpend> spend = new(StringComparer.Ordinal);
        foreach (Rollup rollup in await _rollups.ListAsync(today.AddDays(1 - today.Day), today, keyId, cancellationToken))
        {
            if (rollup.Key.KeyId is { } key)
            {
                KeySpend before = spend.GetValueOrDefault(key) ?? KeySpend.None;
                spend[key] = new KeySpend(before.TodayUsd + (rollup.Key.Day == today ? rollup.Totals.CostUsd : 0), before.ThisMonthUsd + rollup.Totals.CostUsd);
            }
        }

        return spend;
    }

    private static RollupKey GroupOf(UsageGroup by, RollupKey key) => by switch
    {
        UsageGroup.Key => new RollupKey(default, key.KeyId, key.Team, null, null),
        // By who it is, not by name: a person may be renamed, and two may have one name.
        UsageGroup.Person => new RollupKey(default, key.KeyId, null, null, null),
        UsageGroup.ModelAndDay => new RollupKey(key.Day, null, null, key.Provider, key.Model),
        UsageGroup.Team => new RollupKey(default, null, key.Team, null, null),
        UsageGroup.Model => new RollupKey(default, null, null, key.Provider, key.Model),
        _ => new RollupKey(key.Day, null, null, null, null),
    };

    private static bool Takes(UsageQuery query, RollupKey key) =>
        (query.Team is null || key.Team == query.Team)
        && (query.Key is null || key.KeyId == query.Key)
        && (query.Person is null || key.Person == query.Person)
        && (query.Model is null || (key.Model is { } model
            && (Wildcard.Matches(query.Model, model, StringComparison.Ordinal)
                || Wildcard.Matches(query.Model, $"{key.Provider}/{model}", StringComparison.Ordinal))));
}
