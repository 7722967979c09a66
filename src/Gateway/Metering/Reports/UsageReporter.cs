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
        RollupTotals? total = null;
        if (query.Facets is [var (kind, name)])
        {
            foreach (Rollup rollup in await _rollups.ListAsync(query.From, query.To, kind, name, cancellationToken))
            {
                if (query.Takes(rollup.Key) && query.Takes(rollup.Key.Facet!))
                {
                    Rollup.Add(groups, GroupOf(query, rollup.Key, rollup.Key.Facet), rollup.Totals);
                }
            }

            total = Sum(groups.Values);
        }

        if (!query.FiltersFacets)
        {
            RollupTotals counted = total ?? RollupTotals.None;
            total = RollupTotals.None;
            foreach (Rollup rollup in await _rollups.ListAsync(query.From, query.To, cancellationToken))
            {
                if (query.Takes(rollup.Key))
                {
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

        return Report(query, groups, total ?? RollupTotals.None);
    }

    /// <summary>The same from the requests themselves, for what totals do not know. Null when there are too many of them.</summary>
    public async Task<UsageReport?> ReportRowsAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        Dictionary<RollupKey, RollupTotals> groups = [];
        int read = 0;
        UsageFilter filter = query.Filter with { KeyId = query.Key, Team = query.Team, Model = query.Model };
        await foreach (UsageEntry entry in _requests.ListAsync(new RequestQuery(filter, query.From, query.To), cancellationToken))
        {
            if (++read > _mostRows)
            {
                return null;
            }

            RollupFacet? facet = UsageQuery.FacetOf(query.By) is { } kind ? RollupFacet.Of(entry, kind, query.ByTag) : null;
            Rollup.Add(groups, GroupOf(query, RollupKey.Of(entry), facet), RollupTotals.Of(entry));
        }

        return Report(query, groups, Sum(groups.Values));
    }

    private static UsageReport Report(UsageQuery query, Dictionary<RollupKey, RollupTotals> groups, RollupTotals total)
    {
        IEnumerable<UsageReportRow> rows = groups
            .OrderBy(group => query.By == UsageGroup.Day ? group.Key.Day : default)
            .ThenByDescending(group => group.Value.CostUsd)
            .ThenByDescending(group => group.Value.Requests)
            .ThenBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => RowOf(query.By, group.Key, group.Value));
        return new UsageReport(query.From, query.To, query.By, [.. rows], UsageReportRow.Of(total)) { Tag = query.ByTag };
    }

    private static UsageReportRow RowOf(UsageGroup by, RollupKey key, RollupTotals totals) => UsageReportRow.Of(totals) with
    {
        Day = by == UsageGroup.Day ? key.Day : null,
        KeyId = key.KeyId,
        Team = key.Team,
        Model = by == UsageGroup.Model && key.Provider is not null ? $"{key.Provider}/{key.Model}" : null,
        Provider = by == UsageGroup.Provider ? key.Provider : null,
        RequestedModel = by == UsageGroup.RequestedModel ? key.Facet?.Value : null,
        Client = by == UsageGroup.Client ? key.Facet?.Value : null,
        Tag = by == UsageGroup.Tag ? key.Facet?.Value : null,
        Session = by == UsageGroup.Session ? key.Facet?.Value : null,
    };

    private static RollupKey GroupOf(UsageQuery query, RollupKey key, RollupFacet? facet) => query.By switch
    {
        UsageGroup.Key => new RollupKey(default, key.KeyId, key.Team, null, null),
        UsageGroup.Team => new RollupKey(default, null, key.Team, null, null),
        UsageGroup.Model => new RollupKey(default, null, null, key.Provider, key.Model),
        UsageGroup.Provider => new RollupKey(default, null, null, key.Provider, null),
        UsageGroup.Day => new RollupKey(key.Day, null, null, null, null),
        _ => new RollupKey(default, null, null, null, null) { Facet = facet },
    };

    private static RollupTotals Sum(IEnumerable<RollupTotals> totals) => totals.Aggregate(RollupTotals.None, (sum, each) => sum.Plus(each));
}
