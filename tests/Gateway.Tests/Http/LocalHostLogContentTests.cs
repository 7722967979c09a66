using System.Collections.Concurrent;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

[Collection(AzuriteFixture.Collection)]
public sealed class LocalHostLogContentTests(AzuriteFixture azurite) : LogContentTests(azurite.ConnectionString)
{
    internal override async Task<TestGateway> StartAsync(string apiKey, IReadOnlyList<(string Key, string Value)> settings)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        GatewayProcess gateway = GatewayProcess.Start([("GatewayStorage", azurite.ConnectionString), .. settings], apiKey);
        await gateway.WaitUntilReadyAsync(deadline.Token);
        return gateway;
    }

    internal override ConcurrentQueue<string> OutputOf(TestGateway gateway) => ((GatewayProcess)gateway).Output;
}
