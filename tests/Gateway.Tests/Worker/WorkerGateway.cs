using Gateway.Tests.Support;
using Gateway.WorkerHost;

namespace Gateway.Tests.Worker;

/// <summary>The published worker in a process of its own, under a Functions host of ours.</summary>
internal sealed class WorkerGateway : TestGateway
{
    private WorkerGateway(FunctionsHost host, string apiKey)
        : base(host.Url, apiKey) => Host = host;

    public FunctionsHost Host { get; }

    public static async Task<WorkerGateway> StartAsync(string storage, string apiKey, IEnumerable<(string Key, string? Value)> settings) => new(
        await FunctionsHost.StartAsync([("GatewayStorage", storage), .. settings.Select(s => (s.Key, s.Value ?? ""))]),
        apiKey);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Host.DisposeAsync();
    }
}
