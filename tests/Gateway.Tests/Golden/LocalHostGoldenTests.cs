using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Golden;

public sealed class LocalHostGoldenTests : GoldenOverHttpTests
{
    internal override async Task<(TestGateway Gateway, string Key)> StartAsync(string configurationFile)
    {
        IConfiguration file = new ConfigurationBuilder().AddJsonFile(configurationFile).Build();
        return (await GatewayServer.StartAsync([.. file.AsEnumerable().Where(setting => setting.Value is not null).Select(setting => (setting.Key, setting.Value))]), GatewayServer.Key);
    }
}
