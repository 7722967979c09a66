using Gateway.Storage;

namespace Gateway.Metering.Usage;

/// <summary>Keeps one entry per request. Throws <see cref="StorageUnavailableException"/> when it does not answer.</summary>
public interface IUsageStore
{
    /// <summary>Writing the same entries again changes nothing. Returns the ids of those that are refused for good.</summary>
    Task<IReadOnlySet<string>> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken);

    /// <summary>The entry of a request that began on the given day (UTC), or null.</summary>
    Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken);

    /// <summary>The entries of a day, in no order.</summary>
    IAsyncEnumerable<UsageEntry> ListAsync(DateOnly day, UsageFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// The next entries of a day that may be meant, newest first: what one call of the store brings, <paramref name="most"/>
    /// at most. Those of before ids had a time come last, in no order.
    /// </summary>
    Task<UsageSlice> ReadAsync(DateOnly day, UsageFilter filter, UsagePlace place, int most, CancellationToken cancellationToken);

    /// <summary>All entries of a day, added up by key and model, and by facets.</summary>
    Task<IReadOnlyList<Rollup>> SumAsync(DateOnly day, CancellationToken cancellationToken);

    /// <summary>Returns how many entries were deleted.</summary>
    Task<int> DeleteBeforeAsync(DateOnly day, CancellationToken cancellationToken);
}
