using Gateway.WorkerHost;

namespace Gateway.Tests.Worker;

/// <summary>What an operator reads in the log when the app does not start.</summary>
public sealed class WorkerStartTests
{
    private const string Storage = "UseDevelopmentStorage=true";

    [Theory]
    [InlineData("GatewayStorage", "GatewayStorage", "")]
    [InlineData("Gateway__Models__0__Targets", "Gateway:Models:0:Id", "m", "GatewayStorage", Storage)]
    [InlineData("Gateway:Providers:up:BaseUrl", "Gateway:Providers:up:Kind", "openai", "GatewayStorage", Storage)]
    [InlineData("Gateway__ConfigFile", "Gateway:ConfigFile", "missing.json", "GatewayStorage", Storage)]
    public async Task Broken_configuration_is_named_without_a_stack_trace(string named, params string[] settings)
    {
        WorkerEndedException ended = await Assert.ThrowsAsync<WorkerEndedException>(() =>
            FunctionsHost.StartAsync(settings.Chunk(2).Select(setting => (setting[0], setting[1]))));

        Assert.Equal(1, ended.ExitCode);
        Assert.True(ended.Output.Any(line => line.Replace("__", ":", StringComparison.Ordinal).Contains(named.Replace("__", ":", StringComparison.Ordinal), StringComparison.Ordinal)), ended.Message);
        Assert.DoesNotContain(ended.Output, line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }
}
