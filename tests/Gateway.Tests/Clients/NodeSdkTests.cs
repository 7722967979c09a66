using System.Diagnostics;
using Gateway.Tests.Support;

namespace Gateway.Tests.Clients;

/// <summary>The official TypeScript SDKs, whose tests are scripts in tests/clients.</summary>
public abstract class NodeSdkTests(TestGateway gateway)
{
    [Theory]
    [InlineData("anthropic.test.mjs")]
    [InlineData("openai.test.mjs")]
    public async Task Script_of_the_sdk_passes(string script)
    {
        ProcessStartInfo start = TestClients.Node("--test", script);
        start.Environment["BASE_URL"] = gateway.Url;
        start.Environment["API_KEY"] = gateway.ApiKey;
        await TestClients.PassesAsync(start);
    }
}
