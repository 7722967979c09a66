using System.Text.Json;
using Azure.Core;
using Gateway.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Clouds;

/// <summary>Claude on Vertex AI: another path, another body, and a token of Google's.</summary>
public sealed class VertexTests : IAsyncLifetime
{
    private const string Hello = """{"model":"m","max_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
    private readonly FakeClock _time = new();
    private readonly FakeIdentity _identity;
    private FakeGoogle _google = null!;

    public VertexTests() => _identity = new FakeIdentity(_time);

    async Task IAsyncLifetime.InitializeAsync() => _google = await FakeGoogle.StartAsync(_time);

    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/v1/messages?beta=true")]
    [InlineData("/v1/messages/count_tokens")]
    [InlineData("/v1/chat/completions")]
    public async Task Both_forms_are_answered_whole_and_as_streams(string path)
    {
        await using GatewayServer gateway = await StartAsync(_google.KeyFile);
        using HttpResponseMessage whole = await gateway.SendAsync(HttpMethod.Post, path, Hello, default, ("x-api-key", GatewayServer.Key), ("anthropic-beta", "one"), ("anthropic-version", "2026-10-21"));
        Assert.True(whole.IsSuccessStatusCode, await whole.Content.ReadAsStringAsync());
        Assert.Contains(path.Contains("count", StringComparison.Ordinal) ? "7" : "ok", await whole.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("one", _google.Vertex.Received.Last().Headers["anthropic-beta"]);
        Assert.Equal("2023-06-01", _google.Vertex.Received.Last().Headers["anthropic-version"]);
        using HttpResponseMessage stream = await gateway.PostAsync(path, Hello.Replace("\"max", "\"stream\":true,\"anthropic_version\":\"mine\",\"max", StringComparison.Ordinal));
        Assert.True(stream.IsSuccessStatusCode, await stream.Content.ReadAsStringAsync());
        Assert.Equal(2, _google.Targets.Count);
        Assert.Single(_google.Tokens.Received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Federation_takes_a_token_of_the_gateways_identity(bool impersonates)
    {
        await using GatewayServer gateway = await StartAsync(_google.Federation(impersonates));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => OkAsync(gateway)));
        Assert.Equal("api://gateway-google/.default", Assert.Single(_identity.Scopes));
        Assert.Equal(impersonates ? 2 : 1, _google.Tokens.Received.Count);
    }

    [Fact]
    public async Task Next_token_is_fetched_ahead_and_one_that_is_refused_gives_way()
    {
        await using GatewayServer gateway = await StartAsync(_google.KeyFile);
        await OkAsync(gateway);
        _time.AdvanceSeconds(56 * 60);
        await OkAsync(gateway);
        await Patience.UntilAsync(async () =>
        {
            await OkAsync(gateway);
            return _google.Vertex.Received.Last().Headers["authorization"] == "Bearer ya29.2";
        });
        _time.AdvanceSeconds(60);
        await OkAsync(gateway);
        _google.EndTokens();
        await OkAsync(gateway);
        Assert.Equal("Bearer ya29.3", _google.Vertex.Received.Last().Headers["authorization"]);
    }

    [Theory]
    [InlineData(403, """{"error":{"code":403,"message":"Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/project-1'","status":"PERMISSION_DENIED"}}""", 500, "api_error")]
    [InlineData(429, """[{"error":{"code":429,"message":"Quota exceeded for the base model.","status":"RESOURCE_EXHAUSTED"}}]""", 429, "rate_limit_error")]
    [InlineData(404, """{"error":{"code":404,"message":"Publisher Model was not found.","status":"NOT_FOUND"}}""", 404, "not_found_error")]
    [InlineData(503, """{"error":{"code":503,"message":"The service is currently unavailable.","status":"UNAVAILABLE"}}""", 529, "overloaded_error")]
    [InlineData(400, """{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too many"}}""", 400, "invalid_request_error")]
    public async Task Errors_of_Google_and_of_Anthropic_reach_the_client_in_its_form(int status, string body, int told, string type)
    {
        await using GatewayServer gateway = await StartAsync(_google.KeyFile);
        _google.Inside = context => FakeUpstream.Json(context, status, body);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        JsonElement error = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(told, (int)answer.StatusCode);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal(type, error.GetProperty("error").GetProperty("type").GetString());
        Assert.DoesNotContain("project-1", error.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_sent_and_the_log_says_why()
    {
        await using FakeGoogle other = await FakeGoogle.StartAsync(_time);
        string wrong = _google.KeyFile.Replace(_google.Tokens.Url, other.Tokens.Url, StringComparison.Ordinal);
        await using GatewayServer gateway = await StartAsync(wrong);
        LogLines log = LogLines.Of(gateway);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Empty(_google.Vertex.Received);
        Assert.Contains(log.All, line => line.StartsWith("Google gave nothing for a Google service account's key: ", StringComparison.Ordinal) && line.Contains("Invalid JWT Signature", StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    /// <summary>A client that may name any model of the provider names no other path.</summary>
    [Fact]
    public async Task Name_of_a_model_is_one_part_of_the_path()
    {
        await using GatewayServer gateway = await StartAsync(_google.KeyFile);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello.Replace("\"m\"", "\"google/../x?y:predict\"", StringComparison.Ordinal));
        Assert.EndsWith("/models/..%2Fx%3Fy%3Apredict:rawPredict", Assert.Single(_google.Targets), StringComparison.Ordinal);
    }

    async Task IAsyncLifetime.DisposeAsync() => await _google.DisposeAsync();

    private static async Task OkAsync(GatewayServer gateway)
    {
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", Hello);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<GatewayServer> StartAsync(string credentials) => GatewayServer.StartAsync(
        services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddSingleton<TokenCredential>(_identity);
        },
        _google.Settings(credentials));
}
