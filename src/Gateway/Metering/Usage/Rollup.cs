namespace Gateway.Metering.Usage;

/// <summary>What one day's requests are added up by.</summary>
/// <param name="Day">On which they began (UTC).</param>
/// <param name="KeyId">Null for those whose credential was not accepted.</param>
/// <param name="Team">Of the key, at the time.</param>
/// <param name="Provider">Null for those that were refused before one was chosen.</param>
/// <param name="Model">The provider's name of the model; null for those that it does not have, of which there is no end.</param>
public sealed record RollupKey(DateOnly Day, string? KeyId, string? Team, string? Provider, string? Model)
{
    /// <summary>As the token named the person on that day; null for keys.</summary>
    public string? Person { get; init; }

    public const string NotFound = "not_found_error";

    /// <summary>Null for the total of all; else for those of them that have this, too.</summary>
    public RollupFacet? Facet { get; init; }

    public static RollupKey Of(UsageEntry entry) =>
        new(DateOnly.FromDateTime(entry.StartedAt.UtcDateTime), entry.KeyId, entry.Team, entry.Provider, entry.Error == NotFound ? null : entry.Model) { Person = entry.Person };
}

/// <summary>The requests of one key to one model on one day.</summary>
public sealed record Rollup(RollupKey Key, RollupTotals Totals)
{
    public static Dictionary<RollupKey, RollupTotals> Sum(IEnumerable<UsageEntry> entries)
    {
        Dictionary<RollupKey, RollupTotals> sums = [];
        FacetBounds bounds = new();
        foreach (UsageEntry entry in entries)
        {
            Add(sums, bounds, entry);
        }

        return sums;
    }

    /// <summary>Those of one key come together.</summary>
    public static IReadOnlyList<Rollup> Sum(IEnumerable<Rollup> totals)
    {
        Dictionary<RollupKey, RollupTotals> sums = [];
        foreach (Rollup rollup in totals)
        {
            Add(sums, rollup.Key, rollup.Totals);
        }

        return [.. sums.Select(sum => new Rollup(sum.Key, sum.Value))];
    }

    /// <summary>Counts an entry into all totals that it belongs to.</summary>
    internal static void Add(Dictionary<RollupKey, RollupTotals> sums, FacetBounds bounds, UsageEntry entry)
    {
        RollupTotals one = RollupTotals.Of(entry);
        foreach (RollupKey key in bounds.KeysOf(entry))
        {
            Add(sums, key, one);
        }
    }

    public static void Add<TKey>(Dictionary<TKey, RollupTotals> sums, TKey key, RollupTotals totals)
        where TKey : notnull =>
        sums[key] = sums.TryGetValue(key, out RollupTotals? sum) ? sum.Plus(totals) : totals;
}
