using Gateway.Authentication.Access;
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
        RollupTotals total = RollupTotals.None;
        foreach (Rollup rollup in await _rollups.ListAsync(query.From, query.To, cancellationToken))
        {
            if (Takes(query, rollup.Key))
            {
                Rollup.Add(groups, GroupOf(query.By, rollup.Key), rollup.Totals);
                total = total.Plus(rollup.Totals);
            }
        }

        IEnumerable<UsageReportRow> rows = groups
            .OrderBy(group => query.By == UsageGroup.Day ? group.Key.Day : default)
            .ThenByDescending(group => group.Value.CostUsd)
            .ThenByDescending(group => group.Value.Requests)
            .ThenBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => UsageReportRow.Of(group.Value) with
            {
                Day = query.By == UsageGroup.Day ? group.Key.Day : null,
                KeyId = group.Key.KeyId,
                Team = group.Key.Team,
                Model = group.Key.Provider is null ? null : $"{group.Key.Provider}/{group.Key.Model}",
            });
        return new UsageReport(query.From, query.To, query.By, [.. rows], UsageReportRow.Of(total));
    }

    private static RollupKey GroupOf(UsageGroup by, RollupKey key) => by switch
    {
        UsageGroup.Key => new RollupKey(default, key.KeyId, key.Team, null, null),
        UsageGroup.Team => new RollupKey(default, null, key.Team, null, null),
        UsageGroup.Model => new RollupKey(default, null, null, key.Provider, key.Model),
        _ => new RollupKey(key.Day, null, null, null, null),
    };

    private static bool Takes(UsageQuery query, RollupKey key) =>
        (query.Team is null || key.Team == query.Team)
        && (query.Key is null || key.KeyId == query.Key)
        && (query.Model is null || (key.Model is { } model
            && (Wildcard.Matches(query.Model, model, StringComparison.Ordinal)
                || Wildcard.Matches(query.Model, $"{key.Provider}/{model}", StringComparison.Ordinal))));
}
