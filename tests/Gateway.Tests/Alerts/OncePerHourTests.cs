using Gateway.Alerts;
using Gateway.Routing;
using Gateway.Storage;
using Gateway.Translation.Profiles;
using Gateway.Upstreams;

namespace Gateway.Tests.Alerts;

/// <summary>What comes and goes is told once an hour of each kind, however often it does so.</summary>
public sealed class OncePerHourTests
{
    private static readonly Target s_target = new(new Provider("fake", ProviderKind.OpenAi, "http://x.example"), "up", Profile.Default);

    private readonly FakeClock _time = new();

    [Fact]
    public void Target_that_flaps_is_the_same_news_for_an_hour_and_another_target_is_not()
    {
        AlertOutbox outbox = new("here");
        TargetAlerts alerts = new(outbox, _time);
        for (int minute = 0; minute < 60; minute++)
        {
            alerts.Paused(s_target, CallResult.Fails);
            alerts.Recovered(s_target);
            alerts.Misconfigured(s_target, "its account is empty");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        alerts.Paused(s_target, CallResult.Dead);
        alerts.Paused(s_target with { UpstreamModel = "other", Series = "other" }, CallResult.Dead);

        // One that asked for a rest is not down, and one that was not told to be down does not recover.
        alerts.Paused(s_target, CallResult.Rests);
        alerts.Recovered(s_target with { UpstreamModel = "third", Series = "third" });
        Assert.Equal(
            [
                ("target.down", "fake/up", 60), ("target.recovered", "fake/up", 60), ("target.misconfigured", "fake/up", 60),
                ("target.down", "fake/up", 1), ("target.down", "fake/other", 1),
            ],
            outbox.TakeAll().GroupBy(alert => alert.Id).Select(same => (same.First().Event, same.First().Target!.Name, same.Count())));
    }

    [Fact]
    public void Storage_is_away_after_five_seconds_and_the_same_news_for_an_hour()
    {
        StorageHealth health = new(_time);
        StorageWatch watch = new(health, _time);
        health.Failed("it is away.");
        _time.AdvanceSeconds(4.9);
        Assert.Null(watch.News());
        health.Worked();
        Assert.Null(watch.News());

        health.Failed("it is away.");
        _time.AdvanceSeconds(5);
        Alert away = watch.News()!;
        Assert.Equal("storage.away", away.Event);
        Assert.Equal(away.Id, watch.News()!.Id);
        Assert.NotEqual(away.Id, new StorageWatch(health, _time).News()!.Id);
        health.Worked();
        Assert.Equal("storage.back", watch.News()!.Event);
        Assert.Null(watch.News());

        health.Failed("it is away.");
        _time.AdvanceSeconds(5);
        Assert.Equal(away.Id, watch.News()!.Id);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.NotEqual(away.Id, watch.News()!.Id);
    }
}
