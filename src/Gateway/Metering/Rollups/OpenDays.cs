using System.Collections.Concurrent;
using Gateway.Metering.Usage;
using Gateway.Storage;

namespace Gateway.Metering.Rollups;

/// <summary>The totals of days that are still counted: read whole once, and then only what is new of them.</summary>
/// <param name="storage">Where the table is.</param>
/// <param name="time">The clock.</param>
/// <param name="without">The writer whose rows are left out; null for none.</param>
internal sealed class OpenDays(TableStorage storage, TimeProvider time, string? without)
{
    private readonly ConcurrentDictionary<DateOnly, OpenDay> _days = [];

    /// <summary>Null when somebody has closed the day.</summary>
    public Task<IReadOnlyList<Rollup>?> ReadAsync(DateOnly day, CancellationToken cancellationToken) =>
        _days.GetOrAdd(day, static (day, arguments) => new OpenDay(arguments.storage, day, arguments.time, arguments.without), (storage, time, without)).ReadAsync(cancellationToken);

    public void Forget(DateOnly before)
    {
        foreach (DateOnly day in _days.Keys.Where(day => day < before))
        {
            _days.TryRemove(day, out _);
        }
    }
}
