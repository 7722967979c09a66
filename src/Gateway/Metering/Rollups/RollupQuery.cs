using Gateway.Metering.Usage;

namespace Gateway.Metering.Rollups;

/// <summary>Which totals are wanted.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day, which is included.</param>
/// <param name="KeyId">Only of this key; null for all.</param>
internal sealed record RollupQuery(DateOnly From, DateOnly To, string? KeyId = null)
{
    /// <summary>Of one facet; null for the totals of all.</summary>
    public FacetKind? Kind { get; init; }

    /// <summary>Of a tag, and of the requests whose tags were too many to tell; null for other facets.</summary>
    public string? Name { get; init; }

    /// <summary>What is asked about: totals that differ in nothing of it may come as one.</summary>
    public RollupFields Fields { get; init; } = RollupFields.All;

    /// <summary>Only what <see cref="UsageFilter.TakesModel"/> need come; others may, too.</summary>
    public string? Model { get; init; }

    /// <summary>Of any.</summary>
    public bool Holds(RollupKey key) => key.Day >= From && key.Day <= To && key.Facet?.Kind == Kind && Takes(key);

    /// <summary>Of days and a kind that are asked for.</summary>
    public bool Takes(RollupKey key) => (KeyId is null || key.KeyId == KeyId) && (key.Facet?.Name == Name || (Name is not null && key.Facet?.Name == RollupFacet.Rest));
}

/// <summary>What totals are told apart by, beside their day, team and facet.</summary>
[Flags]
internal enum RollupFields
{
    None = 0,

    /// <summary>The key, and the person.</summary>
    Caller = 1,

    Provider = 2,

    Model = 4,

    All = Caller | Provider | Model,
}
