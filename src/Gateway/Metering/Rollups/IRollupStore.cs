using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>Keeps the totals of each day. Throws <see cref="StorageUnavailableException"/> when it does not answer.</summary>
internal interface IRollupStore
{
    /// <summary>Replaces what this writer said about the same keys and models of an open day.</summary>
    Task WriteAsync(DateOnly day, string writer, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken);

    /// <summary>From now on the day is these totals, and what writers said of it counts no more.</summary>
    Task CloseAsync(DateOnly day, IReadOnlyList<Rollup> totals, CancellationToken cancellationToken);

    /// <summary>One per day, key and model, both days included; the sum of all writers where the day is open.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="keyId">Only of this key; null for all.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, CancellationToken cancellationToken);

    /// <summary>The same of one facet, of a tag by its name: one per day, key, model and value.</summary>
    Task<IReadOnlyList<Rollup>> ListAsync(DateOnly from, DateOnly to, string? keyId, FacetKind kind, string? name, CancellationToken cancellationToken);

    /// <summary>Returns how many rows were deleted.</summary>
    Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken);
}
