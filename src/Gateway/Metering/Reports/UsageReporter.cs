using Gateway.Authentication.Keys;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>Adds up daily totals. Reads them only: what a million requests came to is a few pages.</summary>
public sealed class UsageReporter
{
    /// <summary>How many days of single requests are read for what totals do not know.</summary>
    public const int MostDaysOfRows = 7;

    /// <summary>How many of them.</summary>
    public const int MostRows = 100_000;

    private readonly IRollupStore _rollups;
    private readonly RequestReader _requests;
    private readonly int _mostRows;

    internal UsageReporter(IRollupStore rollups, RequestReader requests, int mostRows = MostRows) => (_rollups, _requests, _mostRows) = (rollups, requests, mostRows);

    /// <summary>Days in their order; everything else by cost, the dearest first. Of totals: not for a query that <see cref="UsageQuery.NeedsRows"/>.</summary>
    public async Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        Dictionary<RollupKey, RollupTotals> groups = [];
        PeopleNames people = new();
        RollupTotals? total = null;
        long folded = 0;
        if (query.Facets is [var (kind, name)])
        {
            foreach (Rollup rollup in await _rollups.ListAsync(query.From, query.To, query.Key, kind, name, cancellationToken))
            {
                if (query.Takes(rollup.Key) && query.Takes(rollup.Key.Facet!))
                {
                    people.See(rollup.Key);
                    Rollup.Add(groups, GroupOf(query, rollup.Key, rollup.Key.Facet), rollup.Totals);
                }
                else if (query.Takes(rollup.Key) && rollup.Key.Facet!.Value == RollupFacet.Rest)
                {
                    folded += rollup.Totals.Requests;
                }
            }

            total = Sum(groups.Values);
        }

        // One value of many, which only the requests know, as long as they are kept.
        if (folded > 0 && query.To.DayNumber - query.From.DayNumber < MostDaysOfRows
            && await ReportRowsAsync(query, cancellationToken) is { } exact && exact.Total.Requests >= total!.Requests)
        {
            return exact;
        }

        if (!query.FiltersFacets)
        {
            RollupTotals counted = total ?? RollupTotals.None;
            total = RollupTotals.None;
            foreach (Rollup rollup in await _rollups.ListAsync(query.From, query.To, query.Key, cancellationToken))
            {
                if (query.Takes(rollup.Key))
                {
                    people.See(rollup.Key);
                    total = total.Plus(rollup.Totals);
                    if (query.Facets.Count == 0)
                    {
                        Rollup.Add(groups, GroupOf(query, rollup.Key, null), rollup.Totals);
                    }
                }
            }

            // What no value of the facet has counted are the requests that have none.
            if (query.Facets.Count > 0 && total.Minus(counted) is { Requests: > 0 } without)
            {
                groups[new RollupKey(default, null, null, null, null)] = without;
            }
        }

        return Report(query, groups, people, total ?? RollupTotals.None) with { UncountedRequests = folded > 0 ? folded : null };
    }

    /// <summary>The same from the requests themselves, for what totals do not know. Null when there are too many of them.</summary>
    public async Task<UsageReport?> ReportRowsAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        Dictionary<RollupKey, RollupTotals> groups = [];
        PeopleNames people = new();
        int read = 0;
        UsageFilter filter = query.Filter with { KeyId = query.Key, Team = query.Team, Person = query.Person, Model = query.Model };
        await foreach (UsageEntry entry in _requests.ListAsync(new RequestQuery(filter, query.From, query.To), cancellationToken))
        {
            if (++read > _mostRows)
            {
                return null;
            }

            RollupKey rollup = RollupKey.Of(entry);
            people.See(rollup);
            RollupFacet? facet = UsageQuery.FacetOf(query.By) is { } kind ? RollupFacet.Of(entry, kind, query.ByTag) : null;
            Rollup.Add(groups, GroupOf(query, rollup, facet), RollupTotals.Of(entry));
        }

        return Report(query, groups, people, Sum(groups.Values));
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

    private static UsageReport Report(UsageQuery query, Dictionary<RollupKey, RollupTotals> groups, PeopleNames people, RollupTotals total)
    {
        IEnumerable<UsageReportRow> rows = groups
            .OrderBy(group => query.By is UsageGroup.Day or UsageGroup.ModelAndDay ? group.Key.Day : default)
            .ThenByDescending(group => group.Value.CostUsd)
            .ThenByDescending(group => group.Value.Requests)
            .ThenBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => RowOf(query.By, group.Key, people, group.Value));
        return new UsageReport(query.From, query.To, query.By, [.. rows], UsageReportRow.Of(total)) { Tag = query.ByTag };
    }

    private static UsageReportRow RowOf(UsageGroup by, RollupKey key, PeopleNames people, RollupTotals totals) => UsageReportRow.Of(totals) with
    {
        Day = by is UsageGroup.Day or UsageGroup.ModelAndDay ? key.Day : null,
        KeyId = key.KeyId,
        Team = key.Team,
        Person = by is UsageGroup.Person or UsageGroup.Key ? people.Of(key.KeyId) : null,
        Model = by is UsageGroup.Model or UsageGroup.ModelAndDay && key.Provider is not null ? $"{key.Provider}/{key.Model}" : null,
        Provider = by == UsageGroup.Provider ? key.Provider : null,
        RequestedModel = by == UsageGroup.RequestedModel ? key.Facet?.Value : null,
        Client = by == UsageGroup.Client ? key.Facet?.Value : null,
        Tag = by == UsageGroup.Tag ? key.Facet?.Value : null,
        Session = by == UsageGroup.Session ? key.Facet?.Value : null,
    };

    private static RollupKey GroupOf(UsageQuery query, RollupKey key, RollupFacet? facet) => query.By switch
    {
        UsageGroup.Key => new RollupKey(default, key.KeyId, key.Team, null, null),

        // By who it is, not by name: a person may be renamed, and two may have one name.
        UsageGroup.Person => new RollupKey(default, key.KeyId, null, null, null),
        UsageGroup.ModelAndDay => new RollupKey(key.Day, null, null, key.Provider, key.Model),
        UsageGroup.Team => new RollupKey(default, null, key.Team, null, null),
        UsageGroup.Model => new RollupKey(default, null, null, key.Provider, key.Model),
        UsageGroup.Provider => new RollupKey(default, null, null, key.Provider, null),
        UsageGroup.Day => new RollupKey(key.Day, null, null, null, null),
        _ => new RollupKey(default, null, null, null, null) { Facet = facet },
    };

    private static RollupTotals Sum(IEnumerable<RollupTotals> totals) => totals.Aggregate(RollupTotals.None, (sum, each) => sum.Plus(each));
}
