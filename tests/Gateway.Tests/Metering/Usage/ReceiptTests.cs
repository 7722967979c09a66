using System.Globalization;
using System.Net;
using System.Text.Json;
using Gateway.Tests.Cli;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Usage;

/// <summary>One request's story at <c>/manage/requests/{id}</c>.</summary>
public sealed class ReceiptTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Receipt_tells_credential_route_attempts_tokens_price_and_cost()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(
            azurite.ConnectionString, ("Gateway:Models:0:Targets:0", "fake/down"), ("Gateway:Models:0:Targets:1", "fake/up"));
        int calls = 0;
        gateway.Upstream.Answer = context => Interlocked.Increment(ref calls) == 1
            ? FakeUpstream.Json(context, 503, """{"error":{"message":"busy"}}""")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body().Replace("\"max_tokens\"", "\"top_k\":5,\"max_tokens\"", StringComparison.Ordinal));
        await gateway.EntryAsync(response);
        JsonElement receipt = await ReadAsync(gateway, MeteredGateway.IdOf(response));

        JsonElement credential = receipt.GetProperty("credential");
        Assert.Equal((gateway.KeyId, "search"), (credential.GetProperty("key_id").GetString(), credential.GetProperty("team").GetString()));
        JsonElement model = receipt.GetProperty("model");
        Assert.Equal(("m", "m", "fake", "up"), (Text(model, "requested"), Text(model, "matched"), Text(model, "provider"), Text(model, "used")));
        Assert.Equal(["fake/down", "fake/up"], receipt.GetProperty("attempts").EnumerateArray().Select(a => Text(a, "target")));
        Assert.Equal(["overloaded_error", null], receipt.GetProperty("attempts").EnumerateArray().Select(a => Text(a, "error")));
        Assert.Contains("dropped=top_k", Text(receipt, "translation"), StringComparison.Ordinal);
        Assert.Equal((10, 2), (receipt.GetProperty("tokens").GetProperty("input").GetInt64(), receipt.GetProperty("tokens").GetProperty("output").GetInt64()));
        Assert.Equal(5m, receipt.GetProperty("price_per_million_usd").GetProperty("cache_write_1h").GetDecimal());
        Assert.Equal(0.000045m, receipt.GetProperty("cost_usd").GetDecimal());
        Assert.True(receipt.GetProperty("timings").GetProperty("total_ms").GetDouble() > 0);
        Assert.Equal(200, receipt.GetProperty("status").GetInt32());
        Assert.DoesNotContain(MeteredGateway.Secret, receipt.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>Azure answers from another deployment when one is full, and says so in headers only.</summary>
    [Fact]
    public async Task Receipt_tells_where_the_upstream_answered()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        gateway.Upstream.Answer = context =>
        {
            context.Response.Headers["x-ms-region"] = "Sweden Central";
            context.Response.Headers["x-ms-deployment-name"] = "standard";
            context.Response.Headers["x-ms-spillover-from-deployment"] = "provisioned";
            context.Response.Headers["x-ratelimit-remaining-tokens"] = "1000";
            context.Response.Headers["x-ms-spillover-error"] = new string('x', 300);
            context.Response.Headers["x-ms-client-request-id"] = "not for us";
            return FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        };
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body());
        await gateway.EntryAsync(response);
        JsonElement receipt = await ReadAsync(gateway, MeteredGateway.IdOf(response));

        Assert.Equal(
            """{"x-ms-region":"Sweden Central","x-ms-deployment-name":"standard","x-ms-spillover-from-deployment":"provisioned","x-ratelimit-remaining-tokens":"1000"}""",
            receipt.GetProperty("upstream").GetRawText());
        Assert.Contains("The deployment 'provisioned' was full", receipt.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_price_is_said()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body("fake/other"));
        await gateway.EntryAsync(response);
        JsonElement receipt = await ReadAsync(gateway, MeteredGateway.IdOf(response));

        Assert.Equal(JsonValueKind.Null, receipt.GetProperty("cost_usd").ValueKind);
        Assert.Contains("price of 'fake/other' is unknown", receipt.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Receipts_are_for_operators_and_found_by_day()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        Run other = await Run.GatewayAsync(azurite.ConnectionString, "keys", "create", "--team", "search", "--json");
        using HttpResponseMessage response = await gateway.PostAsync(MeteredGateway.Body());
        DateTimeOffset day = (await gateway.EntryAsync(response)).StartedAt;
        string id = MeteredGateway.IdOf(response);

        await AnswersAsync(HttpStatusCode.Forbidden, gateway.ReceiptAsync(id, apiKey: other.Json.GetProperty("key").GetString()));
        await AnswersAsync(HttpStatusCode.Unauthorized, gateway.ReceiptAsync(id, apiKey: "wrong"));
        await AnswersAsync(HttpStatusCode.OK, gateway.ReceiptAsync(id, Day(day)));
        await AnswersAsync(HttpStatusCode.NotFound, gateway.ReceiptAsync(id, Day(day.AddDays(-1))));
        await AnswersAsync(HttpStatusCode.NotFound, gateway.ReceiptAsync("req_unknown"));
        await AnswersAsync(HttpStatusCode.NotFound, gateway.ReceiptAsync("it's%20no%20id"));
        await AnswersAsync(HttpStatusCode.BadRequest, gateway.ReceiptAsync(id, "?day=yesterday"));
    }

    [Fact]
    public async Task Gateway_without_storage_keeps_receipts_in_memory()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync();
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", MeteredGateway.Body("claude-haiku-5-5"));
        await response.Content.ReadAsByteArrayAsync();
        HttpResponseMessage receipt = await Patience.UntilAsync(
            () => gateway.SendAsync(HttpMethod.Get, $"/manage/requests/{MeteredGateway.IdOf(response)}", null, default, ("x-api-key", GatewayServer.Key)),
            answer => answer.StatusCode != HttpStatusCode.NotFound);

        JsonElement json = JsonElement.Parse(await receipt.Content.ReadAsStringAsync());
        Assert.Equal(("claude-*haiku*", "echo"), (Text(json.GetProperty("model"), "matched"), Text(json.GetProperty("model"), "provider")));
        Assert.Equal(0m, json.GetProperty("cost_usd").GetDecimal());
    }

    private static string Day(DateTimeOffset at) => "?day=" + at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static async Task<JsonElement> ReadAsync(MeteredGateway gateway, string id)
    {
        using HttpResponseMessage response = await gateway.ReceiptAsync(id);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private static async Task AnswersAsync(HttpStatusCode expected, Task<HttpResponseMessage> sent)
    {
        using HttpResponseMessage response = await sent;
        Assert.Equal(expected, response.StatusCode);
    }
}
