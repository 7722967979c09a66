using System.Text.Json;
using Gateway.Metering.Usage;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Metering.Usage;

/// <summary>"Why was I refused" reads like a sentence, and holds nothing of the request and nothing secret.</summary>
public sealed class ReceiptWhyTests : IAsyncLifetime
{
    private const string Secret = "the-prompt-nobody-may-keep";
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(
            _upstream,
            ("Gateway:Unpriced", "refuse"),
            ("Gateway:Models:0:Price:Input", "1000"),
            ("Gateway:Models:0:Price:Output", "1000"),
            ("Gateway:Models:1:Id", "free"),
            ("Gateway:Models:1:Targets:0", "fake/nobody-knows"),
            ("Gateway:Providers:gone:Kind", "openai"),
            ("Gateway:Providers:gone:BaseUrl", "http://127.0.0.1:1/v1"),
            ("Gateway:Providers:gone:ApiKey", "sk-upstream-secret"),
            ("Gateway:Models:2:Id", "gone"),
            ("Gateway:Models:2:Targets:0", "gone/up"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Refusals_of_the_gateway_say_which_limit_of_whom_and_what_cures_it()
    {
        string limited = await _gateway.KeyAsync("search", ""","limits":{"requests_per_minute":{"value":1}}""");
        Assert.Null(await WhyAsync(limited, Body("m"), 200));
        Assert.Matches("^Refused: the limit of the key [a-z0-9]+ is 1 requests per minute; 1 were used in the last minute\\. Try again in [0-9]+ s\\.$", await WhyAsync(limited, Body("m"), 429));

        string poor = await _gateway.KeyAsync("search", ""","limits":{"budget_per_month":{"usd":0.01}}""");
        Assert.Matches("^Refused: the budget of the key [a-z0-9]+ for the month [-0-9]+ \\(UTC\\) is used up: 0.00 of 0.01 USD are spent, .* It resets at .*\\. Ask the operator of this gateway for a larger budget\\.$", await WhyAsync(poor, Body("m"), 402));
        Assert.StartsWith("Refused: nobody said what the model 'free' costs", await WhyAsync(poor, Body("free"), 403), StringComparison.Ordinal);

        string narrow = await _gateway.KeyAsync("search", ""","models":["m"]""");
        Assert.StartsWith("Refused: this key may not use the model 'free'.", await WhyAsync(narrow, Body("free"), 403), StringComparison.Ordinal);
        Assert.StartsWith("Refused: no model 'gpt-99' is offered to this key.", await WhyAsync(GatewayServer.Key, Body("gpt-99"), 404), StringComparison.Ordinal);

        Assert.StartsWith("Refused: the gateway found a mistake in the request (HTTP 400), and no upstream was asked.", await WhyAsync(GatewayServer.Key, $$"""{"model":"m","max_tokens":5,"messages":[{"role":"{{Secret}}","content":"x"}]}""", 400), StringComparison.Ordinal);
        Assert.StartsWith("Refused: the gateway found a mistake in the request (HTTP 400)", await WhyAsync(GatewayServer.Key, Secret, 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "Rate limit of org-secret", "its limit is used up", "It passes in a moment; if it is often so, the operator raises the limit at the provider or adds another target.")]
    [InlineData(401, "Incorrect API key provided: sk-upstream-secret", "refused the gateway's credentials", "Nothing is wrong with the client's key: the operator checks the provider's own key or identity.")]
    [InlineData(500, "boom", "failed", "The fault is the provider's: it may be sent again, and another target would help.")]
    [InlineData(400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", "the conversation is too long for this model", "The client shortens the conversation, or the operator adds a target with a larger window.")]
    [InlineData(400, "the role 'the-prompt-nobody-may-keep' is unknown", "refused the request", "The answer told the client what is wrong; the request has to change.")]
    public async Task Failures_of_upstreams_say_who_was_asked_what_came_back_and_who_mends_it(int status, string said, string words, string cure)
    {
        _upstream.Answer = context => FakeUpstream.Json(context, status, $$$"""{"error":{"message":{{{JsonSerializer.Serialize(said)}}},"type":"error","code":null}}""");
        Assert.Equal($"Failed: fake/up was asked once and answered HTTP {status}: {words}. {cure}", await WhyAsync(GatewayServer.Key, Body("m"), null));
    }

    [Fact]
    public async Task Nobody_there_and_nobody_left_to_be_asked_are_told_apart()
    {
        for (int i = 0; i < 3; i++)
        {
            string why = (await WhyAsync(GatewayServer.Key, Body("gone"), null))!;
            Assert.StartsWith("Failed: gone/up was asked once and did not answer (could not be reached", why, StringComparison.Ordinal);
            Assert.EndsWith("The operator checks the provider's address and the network; another target would have answered meanwhile.", why, StringComparison.Ordinal);
        }

        Assert.Equal(
            "Failed: no upstream of this model can be reached right now. Please try again. Not asked: gone/up (passed over after earlier failures).",
            await WhyAsync(GatewayServer.Key, Body("gone"), 529));
    }

    [Fact]
    public async Task Stream_that_broke_says_so()
    {
        _upstream.Answer = async context =>
        {
            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk("begun"));
            await FakeUpstream.EventAsync(context, """{"error":{"message":"boom of org-secret","type":"server_error","code":500}}""");
        };
        Assert.StartsWith(
            "Failed: fake/up was asked once and broke off after the client had the beginning: what it sent is no whole answer. ",
            await WhyAsync(GatewayServer.Key, Body("m", stream: true), 200), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_targets_a_client_that_left_and_rows_of_before_read_like_sentences()
    {
        UsageEntry entry = new() { RequestId = "r", StartedAt = DateTimeOffset.UnixEpoch, Api = "anthropic", KeyId = "k", Error = "overloaded_error", Status = 529, Timings = new UsageTimings(1, null, null, 3210) };
        UsageAttempt down = new("a/one", "overloaded_error", 529) { UpstreamStatus = 503, Reason = "overloaded: busy with org-secret" };
        Assert.Equal(
            "Failed: a/one was asked twice, b/two was asked once; the last, b/two, did not answer (no answer in time). Sent again it may be faster; for long answers the client streams, or the operator gives the target more time. Not asked: c/three (as many calls as it may have were running).",
            ReceiptWhy.Of(entry with { Attempts = [new UsageAttempt("c/three", "skipped", null) { Reason = "as many calls as it may have were running" }, down, down, new UsageAttempt("b/two", "timeout_error", 504) { Reason = "no answer in time" }] }));
        Assert.Equal(
            "The client left after 3.2 s, before its answer began; a/one was asked. Where that happens often, the client's own time limit is too short, or somebody stops it.",
            ReceiptWhy.Of(entry with { Error = null, ClientLeft = true, Attempts = [new UsageAttempt("a/one", "client_left", null)] }));
        Assert.Equal("Refused: a limit of the key or of its team was reached; it is free again within the minute, or an operator raises it. No upstream was asked.", ReceiptWhy.Of(entry with { Error = "rate_limit_error", Status = 429 }));
        Assert.Equal("Failed: a/one was asked once and answered HTTP 500: it failed. The fault is the provider's: it may be sent again, and another target would help.", ReceiptWhy.Of(entry with { Attempts = [new UsageAttempt("a/one", "api_error", 500) { UpstreamStatus = 500 }] }));
        Assert.Equal("Failed: a/one was asked twice; the last time it failed (rate_limit_error). It passes in a moment; if it is often so, the operator raises the limit at the provider or adds another target.", ReceiptWhy.Of(entry with { Attempts = [down, new UsageAttempt("a/one", "rate_limit_error", 429)] }));
        Assert.Equal("Refused before the caller was known: invalid_key.", ReceiptWhy.Of(entry with { Refusal = "invalid_key" }));
        Assert.Null(ReceiptWhy.Of(entry with { Error = null, Status = 200, Attempts = [down, new UsageAttempt("b/two", null, null)] }));
        Assert.True(ReceiptWhy.Of(entry with { Attempts = [.. Enumerable.Range(0, 16).Select(i => new UsageAttempt(new string((char)('a' + i), 256), "api_error", 500) { UpstreamStatus = 500 })] })!.Length <= 1000);
    }

    private static string Body(string model, bool stream = false) =>
        $$"""{"model":"{{model}}","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{Secret}}"}]}""";

    private async Task<string?> WhyAsync(string key, string body, int? status)
    {
        using HttpResponseMessage response = await _gateway.SendAsync(HttpMethod.Post, "/v1/messages", body, default, ("x-api-key", key));
        try
        {
            await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            // A stream that broke.
        }

        Assert.True(status is null || (int)response.StatusCode == status, $"{response.StatusCode}");
        Told receipt = await Patience.UntilAsync(() => _gateway.AskAsync(GatewayServer.Key, $"/manage/requests/{MeteredGateway.IdOf(response)}", null, "GET"), told => told.Status == 200);
        foreach (string secret in (string[])[Secret, "sk-upstream-secret", "org-secret"])
        {
            Assert.DoesNotContain(secret, Why(receipt) ?? "", StringComparison.Ordinal);
        }

        return Why(receipt);
    }

    private static string? Why(Told receipt) => receipt.Json.TryGetProperty("why", out JsonElement why) ? why.GetString() : null;
}
