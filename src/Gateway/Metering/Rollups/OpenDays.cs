using System.Collections.Concurrent;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>The totals of days that are still counted: read whole once, and then only what is new of them.</summary>
internal sealed class OpenDays(TableStorage storage, TimeProvider time)
{
    private readonly ConcurrentDictionary<DateOnly, OpenDay> _days = [];

    /// <summary>Null when somebody has closed the day.</summary>
    public Task<IReadOnlyList<Rollup>?> ReadAsync(DateOnly day, CancellationToken cancellationToken) =>
        _days.GetOrAdd(day, static (day, arguments) => new OpenDay(arguments.storage, day, arguments.time), (storage, time)).ReadAsync(cancellationToken);

    public void Forget(DateOnly before)
    {
        foreach (DateOnly day in _days.Keys.Where(day => day < before))
        {
            _days.TryRemove(day, out _);
        }
    }
}
