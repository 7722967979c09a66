using Gateway.Tests.Support;

namespace Gateway.Tests.Clients;

/// <summary>A gateway with nothing configured but its key: the echo provider answers.</summary>
public sealed class EchoGateway : IAsyncLifetime
{
    public GatewayServer Gateway { get; private set; } = null!;

    public async Task InitializeAsync() => Gateway = await GatewayServer.StartAsync();

    public async Task DisposeAsync() => await Gateway.DisposeAsync();
}
