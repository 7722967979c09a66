using System.Collections.Frozen;
using Gateway.Authentication.Keys;
using Gateway.Metering.Rollups;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Reports;

/// <summary>Adds up daily totals. Reads them only: what a million requests came to is a few pages.</summary>
public sealed class UsageReporter
{
    /// <summary>How many days of single requests are read for what totals do not know.</summary>
    public const int MostDaysOfRows = 7;

    /// <summary>What totals do not know.</summary>
    public const string OfRows = "sessions, and two of client, requested model and tags at once,";

    /// <summary>How long it takes at most until all instances have written what they counted, unless the storage is slow or one was killed.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    /// <summary>How many of them.</summary>
    public const int MostRows = 100_000;

    private static readonly Func<FacetKind, string?, string?> s_nothing = (_, _) => null;

    private readonly IRollupStore _rollups;
    private readonly RequestReader _requests;
    private readonly IKeyStore _keys;
    private readonly int _mostRows;

    internal UsageReporter(IRollupStore rollups, RequestReader requests, IKeyStore keys, int mostRows = MostRows) => (_rollups, _requests, _keys, _mostRows) = (rollups, requests, keys, mostRows);

    /// <summary>Days in their order; everything else by cost, the dearest first. Of totals: not for a query that <see cref="UsageQuery.NeedsRows"/>.</summary>
    public async Task<UsageReport> ReportAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string?> owners = await OwnersAsync(query.By, cancellationToken);
        UsageGroups groups = new(query.By, owners);
        UsageGroups counted = new(query.By, owners);
        PeopleNames people = new();
        RollupQuery totals = new(query.From, query.To, query.Key) { Fields = query.Fields, Model = query.Model };
        long folded = 0;
        if (query.Facets is [var (kind, name)])
        {
            foreach (Rollup rollup in await _rollups.ListAsync(totals with { Kind = kind, Name = name }, cancellationToken))
            {
                RollupFacet facet = rollup.Key.Facet!;
                if (query.Takes(rollup.Key) && facet.Name == name && query.Takes(facet))
                {
                    people.See(rollup.Key, rollup.Totals.LastRequestAt);
                    groups.Add(rollup.Key, (_, _) => facet.Value, rollup.Totals);
                    counted.Add(rollup.Key, s_nothing, rollup.Totals);
                }
                else if (query.Takes(rollup.Key) && facet.Value == RollupFacet.Rest)
                {
                    folded += rollup.Totals.Requests;
                }
            }
        }

        // One value or name of many, which only the requests know, as long as they are kept.
        if (folded > 0 && query.FiltersFacets && query.To.DayNumber - query.From.DayNumber < MostDaysOfRows
            && await ReportRowsAsync(query, cancellationToken) is { } exact && exact.Total.Requests >= groups.Sum.Requests)
        {
            return exact;
        }

        RollupTotals? total = null;
        if (!query.FiltersFacets)
        {
            UsageGroups all = new(query.By, owners);
            foreach (Rollup rollup in await _rollups.ListAsync(totals, cancellationToken))
            {
                if (query.Takes(rollup.Key))
                {
                    people.See(rollup.Key, rollup.Totals.LastRequestAt);
                    all.Add(rollup.Key, s_nothing, rollup.Totals);
                }
            }

            // What no value of the facet has counted are the requests that have none.
            total = all.Sum;
            if (query.Facets.Count == 0)
            {
                groups = all;
            }
            else
            {
                groups.AddRestOf(all, counted);
            }
        }

        return Report(query, groups, people, total ?? groups.Sum) with { UncountedRequests = folded > 0 ? folded : null };
    }

    /// <summary>The same from the requests themselves, for what totals do not know. Null when there are too many of them.</summary>
    public async Task<UsageReport?> ReportRowsAsync(UsageQuery query, CancellationToken cancellationToken)
    {
        UsageGroups groups = new(query.By, await OwnersAsync(query.By, cancellationToken));
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
            people.See(rollup, entry.StartedAt);
            groups.Add(rollup, (kind, name) => RollupFacet.Of(entry, kind, name)?.Value, RollupTotals.Of(entry));
        }

        return Report(query, groups, people, groups.Sum);
    }

    /// <summary>What each key has spent today and this month (UTC), as far as prices were known.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="keyId">Only this key; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>By the key's id; of those that have spent nothing, too.</returns>
    public async Task<Func<string, KeySpend>> SpendAsync(DateTimeOffset now, string? keyId, CancellationToken cancellationToken)
    {
        DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);
        KeySpend none = new(0, 0, now - Settled);
        Dictionary<string, KeySpend> spend = new(StringComparer.Ordinal);
        foreach (Rollup rollup in await _rollups.ListAsync(new RollupQuery(today.AddDays(1 - today.Day), today, keyId) { Fields = RollupFields.Caller }, cancellationToken))
        {
            if (rollup.Key.KeyId is { } key)
            {
                KeySpend before = spend.GetValueOrDefault(key) ?? none;
                decimal usd = rollup.Totals.CostUsd;
                spend[key] = before with { TodayUsd = UsdText.Plain(before.TodayUsd + (rollup.Key.Day == today ? usd : 0)), ThisMonthUsd = UsdText.Plain(before.ThisMonthUsd + usd) };
            }
        }

        return id => spend.GetValueOrDefault(id) ?? none;
    }

    private static UsageReport Report(UsageQuery query, UsageGroups groups, PeopleNames people, RollupTotals total) =>
        new(query.From, query.To, query.By, [.. groups.Rows(people)], UsageReportRow.Of(total)) { Tag = query.By.OnlyTag };

    /// <summary>All keys are few, and read only when they are asked for.</summary>
    private async Task<IReadOnlyDictionary<string, string?>> OwnersAsync(UsageGrouping by, CancellationToken cancellationToken) => by.Has(UsageGroup.Owner)
        ? (await _keys.ListAsync(cancellationToken)).ToDictionary(key => key.Id, key => key.Owner, StringComparer.Ordinal)
        : FrozenDictionary<string, string?>.Empty;
}
