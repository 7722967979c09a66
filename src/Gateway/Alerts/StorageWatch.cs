using System.Globalization;
using Gateway.Storage;

namespace Gateway.Alerts;

/// <summary>Notices that the storage is away, which is more than a call that failed, and that it is back. At most one alert of each an hour.</summary>
internal sealed class StorageWatch(StorageHealth health, TimeProvider time)
{
    /// <summary>No call has worked for so long.</summary>
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(5);

    private readonly string _instance = Guid.NewGuid().ToString("N");
    private bool _isAway;

    public bool IsFailing => health.FailingFor is not null;

    /// <summary>What is new since the last time; null for nothing.</summary>
    public Alert? News()
    {
        (TimeSpan For, string Why)? failing = health.FailingFor;
        if (_isAway && failing is null)
        {
            _isAway = false;
            return Create(AlertEvents.StorageBack, "The storage is back", "The gateway's storage answers again.");
        }

        // Again each hour that it lasts: who sends it knows what was sent already.
        if (failing is { } outage && outage.For >= s_away)
        {
            _isAway = true;
            return Create(
                AlertEvents.StorageAway, "The storage is away",
                $"The gateway's storage does not answer: {outage.Why} Keys that were checked in the last minute go on working; others, and budgets without a lease, are refused with 503 until it is back.");
        }

        return null;
    }

    private Alert Create(string name, string title, string message)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new Alert
        {
            Id = Alert.IdOf(string.Create(CultureInfo.InvariantCulture, $"{name}|{_instance}|{now.UtcDateTime:yyyyMMddHH}")),
            Event = name,
            At = now,
            Title = title,
            Message = message,
        };
    }
}
