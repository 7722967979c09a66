using Microsoft.Extensions.Time.Testing;

namespace Gateway.Tests;

internal static class FakeClock
{
    /// <summary>At noon of 21 November 2026; it moves when a test says so.</summary>
    public static FakeTimeProvider New() => new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    public static void AdvanceSeconds(this FakeTimeProvider time, double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));
}
