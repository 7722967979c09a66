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

    /// <summary>
    /// One per day, key, model and value of a facet, or fewer where the question tells fewer things apart; the sum of all
    /// writers where a day is open.
    /// </summary>
    Task<IReadOnlyList<Rollup>> ListAsync(RollupQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Makes closed days quick to read that an older program has closed. May be repeated. Returns the days that were looked
    /// at; null when there are none.
    /// </summary>
    Task<DaySpan?> PackAsync(DateOnly from, DateOnly before, CancellationToken cancellationToken);

    /// <summary>Returns how many rows were deleted.</summary>
    Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken);
}
