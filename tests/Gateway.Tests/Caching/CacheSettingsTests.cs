using Gateway.LocalHost;
using Gateway.Settings;

namespace Gateway.Tests.Caching;

/// <summary>What is wrong with the cache's settings is told at the start, with the cure.</summary>
public sealed class CacheSettingsTests
{
    [Theory]
    [InlineData("Gateway:Cache:Mode is 'redis'. Set it to off, memory or storage.", "Gateway:Cache:Mode", "redis")]
    [InlineData("Gateway:Cache:Mode is storage, and there is none. Set GatewayStorage, or Gateway:Cache:Mode to memory.", "Gateway:Cache:Mode", "storage")]
    [InlineData("Gateway:Cache:MaxMegabytes is '0'; it must be a number of megabytes above 0", "Gateway:Cache:MaxMegabytes", "0")]
    [InlineData("Gateway:Models:0:Cache:TtlSeconds is set, and Gateway:Cache:Mode is off", "Gateway:Models:0:Cache:TtlSeconds", "60")]
    [InlineData("Gateway:Models:0:Cache:TtlSeconds is '604801'. Set it to a whole number of seconds from 1 to 604800.", "Gateway:Models:0:Cache:TtlSeconds", "604801")]
    [InlineData("Gateway:Models:0:Cache:TtlSeconds is missing.", "Gateway:Models:0:Cache:Only", "all")]
    [InlineData("Gateway:Models:0:Cache:Only is 'some'. Set it to deterministic (temperature 0, or a seed) or all.", "Gateway:Models:0:Cache:Only", "some")]
    public void Wrong_setting_stops_the_start(string said, string key, string value)
    {
        Dictionary<string, string?> settings = new()
        {
            ["URLS"] = "http://127.0.0.1:0",
            ["Gateway:Models:0:Id"] = "m",
            ["Gateway:Models:0:Targets:0"] = "echo/echo",
            [key] = value,
        };
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings));
        Assert.Contains(stopped.Errors, error => error.StartsWith(said, StringComparison.Ordinal));
    }
}
