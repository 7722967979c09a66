namespace Gateway.Tests.Support;

/// <summary>A clock that is wrong by so much, and else goes as fast as any.</summary>
internal sealed class ShiftedClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
