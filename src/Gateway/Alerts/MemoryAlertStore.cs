using System.Globalization;

namespace Gateway.Alerts;

/// <summary>Alerts that live as long as the process; the oldest leave when there are too many.</summary>
internal sealed class MemoryAlertStore : IAlertStore
{
    internal const int Capacity = 1000;

    private readonly Lock _lock = new();
    private readonly List<StoredAlert> _alerts = [];
    private readonly HashSet<string> _copied = [];
    private long _version;

    public Task<bool> TryAddAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_alerts.Exists(stored => stored.Alert.Id == alert.Alert.Id))
            {
                return Task.FromResult(false);
            }

            if (_alerts.Count == Capacity)
            {
                int oldest = Math.Max(0, _alerts.FindIndex(stored => stored.State != AlertState.Pending));
                _copied.Remove(_alerts[oldest].Alert.Id);
                _alerts.RemoveAt(oldest);
            }

            _alerts.Add(alert with { Version = NextVersion() });
            return Task.FromResult(true);
        }
    }

    /// <summary>Some are over, and are still to be copied.</summary>
    public bool HasEnded => Ended().Length > 0;

    /// <summary>Copies what is over to where people look for it. It stays known here, so that it is not told again.</summary>
    public async Task CopyEndedAsync(IAlertStore other, CancellationToken cancellationToken)
    {
        foreach (StoredAlert alert in Ended())
        {
            await other.TryAddAsync(alert, cancellationToken);
            lock (_lock)
            {
                _copied.Add(alert.Alert.Id);
            }
        }
    }

    public Task<IReadOnlyList<StoredAlert>> PendingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<StoredAlert>>([.. _alerts.Where(stored => stored.State == AlertState.Pending)]);
        }
    }

    public Task<StoredAlert?> TryClaimAsync(StoredAlert alert, DateTimeOffset until, CancellationToken cancellationToken) =>
        Task.FromResult(Replace(alert with { ClaimedUntil = until }));

    public Task UpdateAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        Replace(alert);
        return Task.CompletedTask;
    }

    public Task<AlertPage> ListAsync(int most, string? after, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            StoredAlert[] all = [.. _alerts.Where(stored => stored.State == AlertState.Pending), .. _alerts.Where(stored => stored.State != AlertState.Pending).Reverse()];
            int start = after is null ? 0 : Array.FindIndex(all, stored => stored.Alert.Id == after) + 1;
            StoredAlert[] page = [.. all.Skip(start).Take(most)];
            return Task.FromResult(new AlertPage(page, start + page.Length < all.Length ? page[^1].Alert.Id : null));
        }
    }

    private StoredAlert[] Ended()
    {
        lock (_lock)
        {
            return [.. _alerts.Where(stored => stored.State != AlertState.Pending && !_copied.Contains(stored.Alert.Id))];
        }
    }

    private StoredAlert? Replace(StoredAlert alert)
    {
        lock (_lock)
        {
            int at = _alerts.FindIndex(stored => stored.Alert.Id == alert.Alert.Id && stored.Version == alert.Version);
            return at < 0 ? null : _alerts[at] = alert with { Version = NextVersion() };
        }
    }

    private string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);
}
