using Gateway.Bounds;
using Gateway.LocalHost;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Bounds;

public sealed class BoundsOptionsTests
{
    [Theory]
    [InlineData("Gateway:MaxConcurrent", "0", "whole number of requests from 1 to 100000, for example 4000.")]
    [InlineData("Gateway:MaxConcurrent", "2.5", "whole number of requests from 1 to 100000, for example 4000.")]
    [InlineData("Gateway:MaxConcurrent", "many", "whole number of requests from 1 to 100000, for example 4000.")]
    [InlineData("Gateway:MaxBodiesMegabytes", "63", "whole number of megabytes from 64 to 65536, for example")]
    [InlineData("Gateway:MaxBodiesMegabytes", "-1", "whole number of megabytes from 64 to 65536, for example")]
    [InlineData("Gateway:Upstream:QueueSeconds", "61", "number of seconds above 0 and up to 60, for example 2.")]
    [InlineData("Gateway:Providers:echo:MaxConcurrent", "0", "1 or more")]
    public void Setting_that_cannot_work_stops_the_start(string setting, string value, string cure)
    {
        Dictionary<string, string?> settings = new() { ["URLS"] = "http://127.0.0.1:0", [setting] = value };
        string error = Assert.Single(Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings)).Errors);
        Assert.StartsWith($"{setting} is '{value}'", error, StringComparison.Ordinal);
        Assert.Contains(cure, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Room_for_bodies_is_a_part_of_the_memory_that_the_process_may_use()
    {
        BoundsOptions usual = BoundsOptions.Read(new ConfigurationBuilder().Build());
        Assert.InRange(usual.MaxBodyBytes, 64 * 1024 * 1024, Math.Max(64 * 1024 * 1024, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 6));
        Assert.Equal(usual, new BoundsOptions());
    }
}
