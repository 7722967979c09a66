using System.Net;
using System.Text.Json;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Storage;

namespace Gateway.Tests.Security;

/// <summary>What each field allows can be more than a row holds, all together.</summary>
public sealed class LargeKeyTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Key_that_no_row_can_hold_is_the_callers_mistake()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        string[] patterns = [.. Enumerable.Range(0, 100).Select(i => new string('日', 190) + i)];
        string body = JsonSerializer.Serialize(new { team = "search", models = patterns, providers = patterns });
        using HttpResponseMessage answer = await gateway.Server.SendAsync(HttpMethod.Post, "/manage/keys", body, default, ("x-api-key", gateway.Key));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("more than one row", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
