using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Storage;
using Gateway.Tests.Manage;
using Gateway.Tests.Storage;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Usage;

/// <summary>What a request was for and who sent it: on its row, its receipt and in reports, over HTTP.</summary>
public sealed class AttributionTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Tags_client_and_session_are_on_the_row_and_the_receipt_and_go_nowhere_else()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--tag", "Env=prod"]);
        using HttpResponseMessage answer = await SendAsync(gateway, ("x-gateway-tags", "ticket=ABC-1, env=dev,note=a=b c,"), ("user-agent", "claude-cli/2.0.14 (external, cli)"), ("x-claude-code-session-id", "s-1"));
        UsageEntry entry = await gateway.EntryAsync(answer);
        Assert.Equal(["env=prod", "note=a=b c", "ticket=ABC-1"], entry.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(("claude-code", "s-1", "m"), (entry.Client, entry.Session, entry.RequestedModel));
        Assert.DoesNotContain(gateway.Upstream.Received.Last().Headers, header => header.Key.Contains("tags", StringComparison.OrdinalIgnoreCase) || header.Value.ToString().Contains("ABC-1", StringComparison.Ordinal));

        using HttpResponseMessage receipt = await gateway.ReceiptAsync(MeteredGateway.IdOf(answer));
        JsonElement told = JsonElement.Parse(await receipt.Content.ReadAsStringAsync());
        Assert.Equal("""{"env":"prod","note":"a=b c","ticket":"ABC-1"}""", told.GetProperty("tags").GetRawText());
        Assert.Equal(("claude-code", "s-1"), (told.GetProperty("client").GetString(), told.GetProperty("session").GetString()));
    }

    [Fact]
    public async Task Session_in_the_body_counts_too_and_a_long_one_is_cut()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString);
        string body = MeteredGateway.Body().Replace("\"max_tokens\"", "\"metadata\":{\"user_id\":\"user_0a_account__session_8b2c51e6-0f4a-4a43-9a0a-1f6a5d1c2b3e\"},\"max_tokens\"", StringComparison.Ordinal);
        using HttpResponseMessage named = await gateway.PostAsync(body);
        Assert.Equal("8b2c51e6-0f4a-4a43-9a0a-1f6a5d1c2b3e", (await gateway.EntryAsync(named)).Session);
        using HttpResponseMessage both = await gateway.Server.SendAsync(
            HttpMethod.Post, "/v1/messages", body, default, ("x-api-key", gateway.Key), ("x-claude-code-session-id", "first"), ("x-session-id", "last"));
        Assert.Equal("first", (await gateway.EntryAsync(both)).Session);
        using HttpResponseMessage other = await gateway.Server.SendAsync(HttpMethod.Post, "/v1/messages", body, default, ("x-api-key", gateway.Key), ("x-session-id", "last"));
        Assert.Equal("8b2c51e6-0f4a-4a43-9a0a-1f6a5d1c2b3e", (await gateway.EntryAsync(other)).Session);
        using HttpResponseMessage cut = await SendAsync(gateway, ("session_id", new string('s', 3000)));
        Assert.Equal(256, (await gateway.EntryAsync(cut)).Session!.Length);
        using HttpResponseMessage none = await gateway.PostAsync(MeteredGateway.Body());
        Assert.Null((await gateway.EntryAsync(none)).Session);
    }

    [Theory]
    [InlineData("a=1,b=2,c=3,d=4,e=5,f=6,g=7,h=8,i=9", "more than 8")]
    [InlineData("=dev", "no name")]
    [InlineData("ticket", "no '='")]
    [InlineData("ticket=", "the value of 'ticket' is empty")]
    [InlineData("ticket=1,Ticket=2", "'ticket' is there twice")]
    [InlineData("tic ket=1", "other characters")]
    [InlineData("ticket=a\tb", "other characters")]
    [InlineData("{long}=1", "too long")]
    [InlineData("ticket={long}{long}", "too long")]
    [InlineData("ticket=mgw_abc_def", "the value of 'ticket' is a whole key, and tags are no secret")]
    public async Task Tags_that_are_wrong_are_a_400_that_says_how_they_are_written(string tags, string expected)
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(azurite.ConnectionString, ["--tag", "env=prod"]);
        string sent = tags.Replace("{long}", new string('x', 65), StringComparison.Ordinal);
        foreach (string path in (string[])["/v1/messages", "/v1/chat/completions", "/v1/messages/count_tokens"])
        {
            using HttpResponseMessage answer = await gateway.Server.SendAsync(HttpMethod.Post, path, MeteredGateway.Body(), default, ("x-api-key", gateway.Key), ("x-gateway-tags", sent));
            JsonElement error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
            Assert.Equal((400, "invalid_request_error"), ((int)answer.StatusCode, error.GetProperty("type").GetString()));
            string message = error.GetProperty("message").GetString()!;
            Assert.StartsWith("x-gateway-tags: ", message, StringComparison.Ordinal);
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.Contains("ticket=ABC-1, env=dev", message, StringComparison.Ordinal);
            Assert.DoesNotContain("mgw_", message, StringComparison.Ordinal);
            Assert.Equal("prod", (await gateway.EntryAsync(answer)).Tags["env"]);
        }

        Assert.Empty(gateway.Upstream.Received);
    }

    [Fact]
    public async Task Usage_is_grouped_and_filtered_by_tag_client_and_requested_model()
    {
        await using MeteredGateway gateway = await MeteredGateway.StartAsync(
            azurite.ConnectionString, ("Gateway:Models:1:Id", "alias-*"), ("Gateway:Models:1:Targets:0", "fake/up"), ("Gateway:Models:1:Price:Input", "2.5"), ("Gateway:Models:1:Price:Output", "10"));
        await SendAllAsync(gateway);
        await UntilCountedAsync(gateway, 5);

        Assert.Equal([" 2 0.00009", "A-1 2 0.00009", "B-2 1 0.000045"], await RowsAsync(gateway, "tag", "by=tag:Ticket"));
        Assert.Equal(["A-1 1 0.000045"], await RowsAsync(gateway, "tag", "by=tag:ticket&tag=ticket=A-1&client=codex"));
        Assert.Equal([" 5 0.000225"], await RowsAsync(gateway, "tag", "by=tag:never"));
        Assert.Equal(["codex 2 0.00009", "curl 2 0.00009", "anthropic-sdk-python 1 0.000045"], await RowsAsync(gateway, "client", "by=client"));
        Assert.Equal(["m 3 0.000135", "alias-1 2 0.00009"], await RowsAsync(gateway, "requested_model", "by=requested_model"));
        Assert.Equal(["alias-1 2 0.00009"], await RowsAsync(gateway, "requested_model", "by=requested_model&requested_model=alias-*"));
        Assert.Equal(["fake/up 3 0.000135"], await RowsAsync(gateway, "model", "by=model&tag=ticket"));
        Assert.Equal(["fake 5 0.000225"], await RowsAsync(gateway, "provider", "by=provider&provider=fake"));
        Assert.Equal([" 2 0.00009", "s-1 2 0.00009", "s-2 1 0.000045"], await RowsAsync(gateway, "session", "by=session"));
        Assert.Equal(["curl 1 0.000045"], await RowsAsync(gateway, "client", "by=client&tag=ticket=B-2,env=dev"));
        Assert.Empty(await RowsAsync(gateway, "client", "by=client&tag=ticket=C-3"));

        Operator ada = OperatorOf(gateway, azurite.ConnectionString);
        Assert.Contains("7 days at most", await ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/usage?by=session&from=2026-01-01&to=2026-01-08"), StringComparison.Ordinal);
        Assert.Equal("ticket", (await ada.OkAsync("GET", "/manage/usage?by=tag:ticket")).GetProperty("tag").GetString());
        Assert.Contains("tag:<name>", await ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/usage?by=tag:"), StringComparison.Ordinal);
        Assert.Contains("tag:<name>", await ada.RefusedAsync(400, "invalid_request_error", "GET", "/manage/usage?by=1"), StringComparison.Ordinal);
    }

    private static async Task SendAllAsync(MeteredGateway gateway)
    {
        (string Model, string Agent, string? Tags, string? Session)[] calls =
        [
            ("m", "codex_cli_rs/0.5", "ticket=A-1", "s-1"),
            ("alias-1", "codex_cli_rs/0.5", null, "s-1"),
            ("m", "curl/8.1", "ticket=A-1", "s-2"),
            ("alias-1", "curl/8.1", "ticket=B-2, env=dev", null),
            ("m", "Anthropic/Python 0.79.0", null, null),
        ];
        foreach ((string model, string agent, string? tags, string? session) in calls)
        {
            using HttpResponseMessage answer = await gateway.Server.SendAsync(
                HttpMethod.Post, "/v1/messages", MeteredGateway.Body(model), default,
                [("x-api-key", gateway.Key), ("user-agent", agent), .. tags is null ? [] : new[] { ("x-gateway-tags", tags) }, .. session is null ? [] : new[] { ("x-session-id", session) }]);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
    }

    private Task<JsonElement> UntilCountedAsync(MeteredGateway gateway, long requests) => Patience.UntilAsync(
        () => OperatorOf(gateway, azurite.ConnectionString).OkAsync("GET", $"/manage/usage?by=client&key={gateway.KeyId}"),
        report => report.GetProperty("total").GetProperty("requests").GetInt64() == requests
            && report.GetProperty("rows").EnumerateArray().Where(row => row.TryGetProperty("client", out _)).Sum(row => row.GetProperty("requests").GetInt64()) == requests);

    private async Task<string[]> RowsAsync(MeteredGateway gateway, string name, string query)
    {
        JsonElement report = await OperatorOf(gateway, azurite.ConnectionString).OkAsync("GET", $"/manage/usage?{query}&key={gateway.KeyId}");
        string[] rows =
        [
            .. report.GetProperty("rows").EnumerateArray().Select(
                row => $"{(row.TryGetProperty(name, out JsonElement value) ? value.GetString() : "")} {row.GetProperty("requests").GetInt64()} {UsdText.Of(row.GetProperty("cost_usd").GetDecimal())}"),
        ];
        Assert.Equal(report.GetProperty("total").GetProperty("requests").GetInt64(), report.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("requests").GetInt64()));
        return rows;
    }

    private static Operator OperatorOf(MeteredGateway gateway, string connection) =>
        new(gateway.Server, connection, JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["id"] = gateway.KeyId, ["key"] = gateway.Key }));

    private static Task<HttpResponseMessage> SendAsync(MeteredGateway gateway, params (string Name, string Value)[] headers) =>
        gateway.Server.SendAsync(HttpMethod.Post, "/v1/messages", MeteredGateway.Body(), default, [("x-api-key", gateway.Key), .. headers]);
}
