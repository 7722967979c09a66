namespace Gateway.Tests;

/// <summary>A clock that moves when a test says so, the monotonic one with it.</summary>
internal sealed class FakeTime : TimeProvider
{
    private TimeSpan _elapsed;

    public DateTimeOffset Start { get; init; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + _elapsed;

    public override long GetTimestamp() => _elapsed.Ticks;

    public void Advance(TimeSpan span) => _elapsed += span;

    public void AdvanceSeconds(double seconds) => Advance(TimeSpan.FromSeconds(seconds));
}
