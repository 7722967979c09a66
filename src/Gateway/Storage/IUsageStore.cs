using Gateway.Metering;

namespace Gateway.Storage;

/// <summary>Keeps one entry per request. Throws <see cref="StorageUnavailableException"/> when it does not answer.</summary>
public interface IUsageStore
{
    /// <summary>Writing the same entries again changes nothing. Returns how many are refused for good.</summary>
    Task<int> AppendAsync(IReadOnlyList<UsageEntry> entries, CancellationToken cancellationToken);

    /// <summary>The entry of a request that began on the given day (UTC), or null.</summary>
    Task<UsageEntry?> FindAsync(DateOnly day, string requestId, CancellationToken cancellationToken);
}
