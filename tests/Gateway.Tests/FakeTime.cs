using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests;

/// <summary>A clock that moves when a test says so, the monotonic one with it.</summary>
internal sealed class FakeTime(DateTimeOffset? start = null) : FakeTimeProvider(start ?? new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero))
{
    private TimeSpan _setBy;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _setBy;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    /// <summary>Somebody sets the clock; the monotonic one goes on as if nothing was.</summary>
    public void SetClockBy(TimeSpan offset) => _setBy += offset;

    public void AdvanceSeconds(double seconds) => Advance(TimeSpan.FromSeconds(seconds));
}
