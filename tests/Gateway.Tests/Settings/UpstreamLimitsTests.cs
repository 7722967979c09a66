using Gateway.LocalHost;
using Gateway.Settings;
using Gateway.Upstreams;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Settings;

public sealed class UpstreamLimitsTests
{
    [Fact]
    public void What_is_not_set_has_its_usual_value()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Gateway:Upstream:MaxEventMegabytes", "0.5")]).Build();
        Assert.Equal(new UpstreamLimits { MaxAnswerBytes = 64 * 1024 * 1024, MaxEventBytes = 512 * 1024 }, UpstreamLimits.Read(configuration));
    }

    [Theory]
    [InlineData("Gateway:Upstream:MaxAnswerMegabytes", "64 MB", "megabytes above 0 and up to 512, for example 64")]
    [InlineData("Gateway:Upstream:MaxAnswerMegabytes", "0", "megabytes above 0 and up to 512, for example 64")]
    [InlineData("Gateway:Upstream:MaxEventMegabytes", "513", "megabytes above 0 and up to 512, for example 16")]
    [InlineData("Gateway:Upstream:ClientWriteSeconds", "-1", "seconds above 0 and up to 86400, for example 60")]
    public void Impossible_limit_stops_the_start_and_says_what_is_possible(string key, string value, string possible)
    {
        Dictionary<string, string?> settings = new() { ["URLS"] = "http://127.0.0.1:0", [key] = value };
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings));
        Assert.Equal($"{key} is '{value}'; it must be a number of {possible}.", Assert.Single(stopped.Errors));
    }
}
