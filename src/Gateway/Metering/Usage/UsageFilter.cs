namespace Gateway.Metering.Usage;

/// <summary>Which requests of a day to list; null for any.</summary>
/// <param name="KeyId">Of this key.</param>
/// <param name="MinStatus">With this HTTP status or a higher one.</param>
/// <param name="MaxStatus">With this HTTP status or a lower one.</param>
public sealed record UsageFilter(string? KeyId = null, int? MinStatus = null, int? MaxStatus = null)
{
    public bool Takes(UsageEntry entry) =>
        (KeyId is null || entry.KeyId == KeyId) && (MinStatus is null || entry.Status >= MinStatus) && (MaxStatus is null || entry.Status <= MaxStatus);
}
