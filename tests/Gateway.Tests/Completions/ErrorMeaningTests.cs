using System.Net;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>What an error means does not hang on its status.</summary>
public sealed class ErrorMeaningTests
{
    private const string OutputLimit = """{"error":{"message":"Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.","type":"invalid_request_error","param":null,"code":null}}""";
    private const string EmptyAccount = """{"type":"error","error":{"type":"api_error","message":"insufficient balance (1008)"},"request_id":"x"}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Output_limit_that_was_reached_before_any_text_is_an_answer(bool stream)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 400, OutputLimit);
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Request(stream));

        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(stream ? "text/event-stream" : "application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("\"stop_reason\":\"max_tokens\"", body, StringComparison.Ordinal);
        Assert.Contains("\"content\":[]", body, StringComparison.Ordinal);
        Assert.Equal(stream, body.Contains("event: message_stop", StringComparison.Ordinal));
        Assert.DoesNotContain("\"input_tokens\":0", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_limit_stays_openais_own_error_for_openais_clients()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 400, OutputLimit);
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);
        using HttpResponseMessage response = await gateway.PostAsync("/v1/chat/completions", Request(stream: false));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(OutputLimit, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Claude Code tries a 500 and a 429 ten times, an OpenAI SDK twice.</summary>
    [Theory]
    [InlineData("openai", "/v1/messages", 500, 402, "billing_error")]
    [InlineData("openai", "/v1/messages", 429, 402, "billing_error")]
    [InlineData("openai", "/v1/messages", 200, 402, "billing_error")]
    [InlineData("anthropic", "/v1/messages", 500, 402, "billing_error")]
    [InlineData("anthropic", "/v1/messages", 429, 402, "billing_error")]
    [InlineData("anthropic", "/v1/messages", 200, 402, "billing_error")]
    [InlineData("openai", "/v1/chat/completions", 500, 429, "insufficient_quota")]
    [InlineData("openai", "/v1/chat/completions", 200, 429, "insufficient_quota")]
    [InlineData("anthropic", "/v1/chat/completions", 500, 429, "insufficient_quota")]
    [InlineData("anthropic", "/v1/chat/completions", 200, 429, "insufficient_quota")]
    public async Task Empty_account_is_billing_and_not_to_be_tried_again(string kind, string route, int upstreamStatus, int status, string type)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, upstreamStatus, EmptyAccount);
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:Kind", kind));
        using HttpResponseMessage response = await gateway.PostAsync(route, Request(stream: false));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"\"type\":\"{type}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
    }

    /// <summary>Anthropic says it with 400, which no client tries again: its words pass.</summary>
    [Fact]
    public async Task Anthropics_own_words_of_a_low_balance_pass()
    {
        const string error = """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."},"request_id":"req_upstream"}""";
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        upstream.Answer = context => FakeUpstream.Json(context, 400, error);
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream, ("Gateway:Providers:fake:Kind", "anthropic"));
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages", Request(stream: false));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string id = Assert.Single(response.Headers.GetValues("request-id"));
        Assert.Equal(error.Replace("req_upstream", id, StringComparison.Ordinal), await response.Content.ReadAsStringAsync());
        Assert.Equal("false", Assert.Single(response.Headers.GetValues("x-should-retry")));
    }

    private static string Request(bool stream) =>
        $$"""{"model":"m","max_tokens":1,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
}
