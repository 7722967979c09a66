using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Upstreams;

/// <summary>Azure's services without a key: a gateway in a process of its own beside the token endpoint that App Service gives it.</summary>
public sealed class ManagedIdentityTests : IAsyncLifetime
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";

    private FakeUpstream _identity = null!;
    private FakeUpstream _azure = null!;
    private FakeUpstream _second = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        _identity = await FakeUpstream.StartAsync();
        _identity.Answer = context => FakeUpstream.Json(context, 200, Token("token-of-the-identity"));
        _azure = await FakeUpstream.StartAsync();
        _second = await FakeUpstream.StartAsync();
    }

    [Fact]
    public async Task Fifty_requests_take_one_token_of_the_scope_that_is_set()
    {
        await using GatewayProcess gateway = await StartAsync(("Gateway:Providers:azure:TokenScope", "https://audience.example/.default"));
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.PostAsync("/v1/messages", Hello)));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode));
        Assert.Equal(50, _azure.Received.Count);
        Assert.All(_azure.Received, request => Assert.Equal("Bearer token-of-the-identity", request.Headers["authorization"]));
        ReceivedRequest asked = Assert.Single(_identity.Received);
        Assert.Contains("resource=https://audience.example", Uri.UnescapeDataString(asked.Query), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("header-of-the-platform", asked.Headers["x-identity-header"]);
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Without_a_token_the_next_target_answers_and_the_log_says_what_to_do()
    {
        _identity.Answer = context => FakeUpstream.Json(context, 400, """{"error":"invalid_request","error_description":"no identity"}""");
        await using GatewayProcess gateway = await StartAsync(("Gateway:Models:0:Targets:1", "second/up"), ("Logging:LogLevel:Default", "Warning"));
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal("second/up", Assert.Single(answer.Headers.GetValues("x-gateway-upstream")));
        Assert.Empty(_azure.Received);
        await Patience.UntilAsync(() => gateway.Output.Any(line => line.Contains("The gateway's identity got no token for https://cognitiveservices.azure.com/.default", StringComparison.Ordinal)));

        string receipt = $"/manage/requests/{Assert.Single(answer.Headers.GetValues("request-id"))}";
        JsonElement story = await Patience.UntilAsync(
            async () =>
            {
                using HttpResponseMessage told = await gateway.SendAsync(HttpMethod.Get, receipt, null, default, ("x-api-key", GatewayServer.Key));
                return JsonElement.Parse(await told.Content.ReadAsStringAsync());
            },
            told => told.TryGetProperty("attempts", out _));
        Assert.StartsWith("the gateway has no credentials for it: The gateway's identity got no token", story.GetProperty("attempts")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The operator's mistake, which no retry of the client mends.</summary>
    [Fact]
    public async Task Without_a_token_and_another_target_the_client_is_told_not_to_try_again()
    {
        _identity.Answer = context => FakeUpstream.Json(context, 400, """{"error":"invalid_request","error_description":"no identity"}""");
        await using GatewayProcess gateway = await StartAsync();
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
        JsonElement error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal(
            "The gateway's identity got no token for this upstream. On Azure, give the app a managed identity; elsewhere, sign in with 'az login'. The gateway's log says why.",
            error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages/count_tokens")]
    public async Task Claude_at_foundry_is_called_without_a_key(string path)
    {
        _azure.Answer = context => context.Request.Headers.Authorization == "Bearer token-of-the-identity" && !context.Request.Headers.ContainsKey("x-api-key")
            ? FakeUpstream.Json(context, 200, """{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[],"stop_reason":"end_turn","input_tokens":7,"usage":{"input_tokens":7,"output_tokens":1}}""")
            : FakeUpstream.Json(context, 401, """{"error":{"code":"401","message":"Access denied due to a missing token."}}""");
        await using GatewayProcess gateway = await StartAsync([.. Foundry()]);
        using HttpResponseMessage answer = await gateway.PostAsync(path, Hello.Replace("\"m\"", "\"claude\"", StringComparison.Ordinal));
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal($"/anthropic{path}", Assert.Single(_azure.Received).Path);
        Assert.Contains("\"input_tokens\":7", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("resource=https://ai.azure.com", Uri.UnescapeDataString(Assert.Single(_identity.Received).Query), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Token_of_another_audience_is_named_with_the_scope_to_try()
    {
        _azure.Answer = context => FakeUpstream.Json(context, 401, """{"error":{"code":"401","message":"audience is incorrect"}}""");
        await using GatewayProcess gateway = await StartAsync([.. Foundry(), ("Logging:LogLevel:Default", "Warning")]);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello.Replace("\"m\"", "\"claude\"", StringComparison.Ordinal));
        Assert.False(answer.IsSuccessStatusCode);
        await Patience.UntilAsync(() => gateway.Output.Any(line =>
            line.Contains("which is for https://ai.azure.com/.default; some resources want TokenScope to be https://cognitiveservices.azure.com/.default", StringComparison.Ordinal)));
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await _identity.DisposeAsync();
        await _azure.DisposeAsync();
        await _second.DisposeAsync();
    }

    private static string Token(string text) =>
        $$"""{"access_token":"{{text}}","expires_on":"{{DateTimeOffset.UtcNow.AddHours(24).ToUnixTimeSeconds()}}","resource":"any","token_type":"Bearer","client_id":"any"}""";

    private IEnumerable<(string Key, string Value)> Foundry() =>
    [
        ("Gateway:Providers:foundry:Kind", "anthropic"),
        ("Gateway:Providers:foundry:BaseUrl", $"{_azure.Url}/anthropic"),
        ("Gateway:Providers:foundry:Auth", "entra"),
        ("Gateway:Providers:foundry:TokenScope", "https://ai.azure.com/.default"),
        ("Gateway:Models:1:Id", "claude"),
        ("Gateway:Models:1:Targets:0", "foundry/deployment"),
    ];

    private Task<GatewayProcess> StartAsync(params (string Key, string Value)[] settings) => GatewayProcess.StartAsync(
        [
            ("IDENTITY_ENDPOINT", $"{_identity.Url}/msi/token"),
            ("IDENTITY_HEADER", "header-of-the-platform"),
            ("Gateway:DevKey", GatewayServer.Key),
            ("Gateway:Providers:azure:Kind", "azure-openai"),
            ("Gateway:Providers:azure:BaseUrl", _azure.Url),
            ("Gateway:Providers:second:Kind", "openai"),
            ("Gateway:Providers:second:BaseUrl", $"{_second.Url}/v1"),
            ("Gateway:Models:0:Id", "m"),
            ("Gateway:Models:0:Targets:0", "azure/deployment"),
            .. settings,
        ],
        GatewayServer.Key);
}
