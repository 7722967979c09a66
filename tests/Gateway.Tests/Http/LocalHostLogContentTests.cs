using System.Collections.Concurrent;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

public sealed class LocalHostLogContentTests(AzuriteFixture azurite) : LogContentTests(azurite.ConnectionString), IClassFixture<AzuriteFixture>
{
    internal override async Task<TestGateway> StartAsync(string apiKey, IReadOnlyList<(string Key, string Value)> settings) =>
        await GatewayProcess.StartAsync([("GatewayStorage", azurite.ConnectionString), .. settings], apiKey);

    internal override ConcurrentQueue<string> OutputOf(TestGateway gateway) => ((GatewayProcess)gateway).Output;
}
