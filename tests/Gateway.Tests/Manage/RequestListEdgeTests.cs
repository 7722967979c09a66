using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Metering.Usage;
using Gateway.Tests.Security;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Manage;

/// <summary>Lists of requests where there is no table, or where it goes away.</summary>
public sealed class RequestListEdgeTests
{
    [Fact]
    public async Task Gateway_without_storage_lists_its_latest_requests()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        List<string> sent = [];
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage answer = await gateway.SendAsync(
                HttpMethod.Post, "/v1/messages", MeteredGateway.Body(), default, ("x-api-key", GatewayServer.Key), ("x-gateway-tags", $"n={i}"));
            sent.Insert(0, MeteredGateway.IdOf(answer));
            await answer.Content.ReadAsByteArrayAsync();
        }

        await Patience.UntilAsync(() => ListAsync(""), page => page.GetProperty("data").GetArrayLength() == 3);
        JsonElement first = await ListAsync("?limit=2");
        JsonElement second = await ListAsync($"?limit=2&cursor={first.GetProperty("next_cursor").GetString()}");
        Assert.Equal(sent.Order(StringComparer.Ordinal), IdsOf(first).Concat(IdsOf(second)));
        Assert.False(second.GetProperty("has_more").GetBoolean());
        Assert.Equal([sent[1]], IdsOf(await ListAsync("?tag=n=1&client=none")));

        async Task<JsonElement> ListAsync(string query) => (await gateway.AskAsync(GatewayServer.Key, "/manage/requests" + query, null, "GET")).Json;
    }

    [Fact]
    public async Task Export_whose_storage_goes_away_is_cut_and_looks_whole_to_nobody()
    {
        await using UsageTables tables = new(await Azurite.ShareAsync(), new FakeClock(TimeProvider.System.GetUtcNow()));
        await using FaultyTables faulty = await FaultyTables.StartAsync(tables.Endpoint);
        await using Operator ada = await Operator.StartAsync(tables.Connection);
        await using GatewayServer gateway = await GatewayServer.StartAsync(("GatewayStorage", faulty.ConnectionString));
        await tables.AppendAsync(1_500, tables.Today.AddDays(-1));
        Task outage = faulty.NextSecondPage(TableUsageStore.TableName, Fault.Cut, Fault.Cut, Fault.Cut);

        using HttpResponseMessage response = await gateway.SendAsync(HttpMethod.Get, "/manage/requests?format=csv", null, default, ("x-api-key", ada.Key));
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync());
        await outage;
    }

    /// <summary>A text in the body that no table takes must not cost the row of its request.</summary>
    [Fact]
    public async Task Session_that_is_no_text_leaves_a_row_all_the_same()
    {
        await using Azurite azurite = await Azurite.ShareAsync();
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        foreach (string session in (string[])["\\\\ud800", "\\\\u0000x", "\\\\ud83d\\\\ude80"])
        {
            string body = MeteredGateway.Body().Replace("\"max_tokens\"", $$"""
                "metadata":{"user_id":"{\"session_id\":\"{{session}}\"}"},"max_tokens"
                """, StringComparison.Ordinal);
            using HttpResponseMessage answer = await gateway.PostAsync(body);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Equal("m", (await gateway.EntryAsync(answer)).RequestedModel);
        }
    }

    private static IEnumerable<string> IdsOf(JsonElement page) => page.GetProperty("data").EnumerateArray().Select(receipt => receipt.GetProperty("request_id").GetString()!);
}
