using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>A used-up budget as Codex shows it: what a 400 says, and of a 429 nothing.</summary>
public sealed class CodexBudgetTests : IAsyncLifetime
{
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(_upstream, ("Gateway:Models:0:Price:Input", "1"), ("Gateway:Models:0:Price:Output", "1"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/responses", "codex_exec", 400)]
    [InlineData("/v1/responses", "codex_cli_rs", 400)]
    [InlineData("/v1/responses", "Codex Desktop", 400)]
    [InlineData("/responses", "codex_vscode", 400)]
    [InlineData("/v1/responses", null, 429)]
    [InlineData("/v1/responses", "opencode", 429)]
    [InlineData("/v1/chat/completions", "codex_exec", 429)]
    [InlineData("/v1/messages", "codex_exec", 402)]
    public async Task Used_up_budget_has_the_status_whose_text_the_client_shows(string path, string? originator, int status)
    {
        using HttpResponseMessage made = await _gateway.PostAsync("/manage/keys", """{"team":"t","limits":{"budget_per_day":{"usd":0.000001}}}""");
        string key = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("key").GetString()!;
        string request = path.EndsWith("responses", StringComparison.Ordinal) ? """{"model":"m","input":"Hello","stream":true}""" : """{"model":"m","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";
        (string, string)[] who = originator is null ? [] : [("originator", originator)];
        using HttpResponseMessage answer = await _gateway.SendAsync(HttpMethod.Post, path, request, default, [("authorization", "Bearer " + key), .. who]);

        JsonElement error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((status, path == "/v1/messages" ? "billing_error" : "insufficient_quota"), ((int)answer.StatusCode, error.GetProperty("type").GetString()));
        Assert.Contains("Ask the operator", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Null(answer.Headers.RetryAfter);
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
        Assert.Empty(_upstream.Received);
    }
}
