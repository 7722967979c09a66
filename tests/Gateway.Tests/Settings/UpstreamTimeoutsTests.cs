using Gateway.LocalHost;
using Gateway.Settings;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Settings;

public sealed class UpstreamTimeoutsTests
{
    [Fact]
    public void What_is_not_set_has_its_usual_value()
    {
        UpstreamTimeouts timeouts = Read(("Gateway:Upstream:PingSeconds", "0.5"), ("Gateway:Upstream:IdleSeconds", ""));
        Assert.Equal(new UpstreamTimeouts { Ping = TimeSpan.FromSeconds(0.5) }, timeouts);
    }

    [Theory]
    [InlineData("ten")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    [InlineData("1,5")]
    public void Impossible_time_stops_the_start_and_says_what_is_possible(string value)
    {
        Dictionary<string, string?> settings = new() { ["URLS"] = "http://127.0.0.1:0", ["Gateway:Upstream:FirstByteSeconds"] = value };
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings));
        Assert.Equal($"Gateway:Upstream:FirstByteSeconds is '{value}'; it must be a number of seconds above 0 and up to 86400, for example 600.", Assert.Single(stopped.Errors));
    }

    [Fact]
    public void All_mistakes_are_named_at_once() =>
        Assert.Equal(2, Assert.Throws<ConfigurationException>(() => Read(("Gateway:Upstream:PingSeconds", "x"), ("Gateway:Upstream:CommitSeconds", "y"))).Errors.Count);

    /// <summary>A stream must not begin before it is known whether its upstream is there.</summary>
    [Fact]
    public void Connecting_takes_less_than_a_stream_waits_to_begin()
    {
        Assert.Equal(TimeSpan.FromSeconds(1.25), Read(("Gateway:Upstream:CommitSeconds", "2.5")).Connect);
        Assert.Equal(TimeSpan.FromSeconds(1), Read(("Gateway:Upstream:ConnectSeconds", "1"), ("Gateway:Upstream:CommitSeconds", "2.5")).Connect);
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(
            () => Read(("Gateway:Upstream:ConnectSeconds", "2.5"), ("Gateway:Upstream:CommitSeconds", "2.5")));
        Assert.StartsWith("Gateway:Upstream:ConnectSeconds is 2.5, which is not below Gateway:Upstream:CommitSeconds, 2.5", Assert.Single(stopped.Errors), StringComparison.Ordinal);
    }

    private static UpstreamTimeouts Read(params (string Key, string Value)[] settings) =>
        UpstreamTimeouts.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build());
}
